import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { expectDocumented } from './contract.js';

/** An answer as it came over the socket. */
export interface Answer<Body = any> {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly body: Body;
}

export type Headers = Record<string, string | string[]>;

/** Calls the server over a real socket, and holds every answer against the API document. */
export class HttpClient {
  private readonly agent = new Agent({ keepAlive: true });

  constructor(
    readonly origin: string,
    readonly headers: Headers = {},
  ) {}

  /** The same client with other or more headers. */
  with(headers: Headers): HttpClient {
    return new HttpClient(this.origin, { ...this.headers, ...headers });
  }

  bearing(token: string): HttpClient {
    return this.with({ authorization: `Bearer ${token}` });
  }

  get = (path: string, headers?: Headers) => this.send('GET', path, undefined, headers);
  post = (path: string, body?: unknown, headers?: Headers) => this.send('POST', path, body, headers);
  put = (path: string, body?: unknown, headers?: Headers) => this.send('PUT', path, body, headers);
  patch = (path: string, body?: unknown, headers?: Headers) => this.send('PATCH', path, body, headers);
  delete = (path: string, headers?: Headers) => this.send('DELETE', path, undefined, headers);

  /** Sends `body` as JSON, or a string or bytes as they are. */
  async send(method: string, path: string, body?: unknown, headers: Headers = {}): Promise<Answer> {
    const payload =
      typeof body === 'string' || Buffer.isBuffer(body) || body === undefined ? body : JSON.stringify(body);
    const answer = await this.exchange(method, path, payload, {
      ...(payload !== undefined && { 'content-type': 'application/json' }),
      ...this.headers,
      ...headers,
    });
    expectDocumented(method, path, answer);
    return answer;
  }

  private exchange(
    method: string,
    path: string,
    payload: string | Buffer | undefined,
    headers: Headers,
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const sent = request(new URL(path, this.origin), { method, headers, agent: this.agent }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          const isJson = /json/.test(response.headers['content-type'] ?? '');
          resolve({
            status: response.statusCode!,
            headers: response.headers,
            text,
            body: isJson && text ? JSON.parse(text) : undefined,
          });
        });
      });
      sent.on('error', reject);
      sent.end(payload);
    });
  }

  close(): void {
    this.agent.destroy();
  }
}
