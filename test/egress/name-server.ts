import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { decode, encode, type Answer, type DecodedPacket } from 'dns-packet';

/** The addresses of a name, or the response code of a failure; `silence` for no answer. */
type Zone = readonly string[] | 'NXDOMAIN' | 'SERVFAIL' | 'REFUSED' | 'silence';

const RCODES = { SERVFAIL: 2, NXDOMAIN: 3, REFUSED: 5 };

/** A name server whose answers a test decides about, over UDP on the loopback. */
export class NameServer {
  /** What was asked, as `A name`, in order. */
  readonly asked: string[] = [];
  /** Seconds. */
  ttl = 60;
  private readonly zones = new Map<string, (round: number, type: string) => Zone>();

  private constructor(private readonly socket: Socket) {
    socket.on('message', (message, { port, address }) => {
      const answer = this.answerTo(decode(message));
      if (answer) socket.send(answer, port, address);
    });
  }

  /** On a free port, unless it is to be where another one was. */
  static async start(port = 0): Promise<NameServer> {
    const socket = createSocket('udp4').bind(port, '127.0.0.1');
    await once(socket, 'listening');
    return new NameServer(socket);
  }

  /** As `dns.setServers` takes it. */
  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  get port(): number {
    return this.socket.address().port;
  }

  /** `zone` may depend on the type, and on how often the name was asked for before in the same type. */
  set(name: string, zone: Zone | ((round: number, type: string) => Zone)): this {
    this.zones.set(name, typeof zone === 'function' ? zone : () => zone);
    return this;
  }

  stop(): void {
    this.socket.close();
  }

  private answerTo({ id, questions = [] }: DecodedPacket): Buffer | null {
    const { name, type } = questions[0]!;
    const question = `${type} ${name}`;
    const round = this.asked.filter((each) => each === question).length;
    this.asked.push(question);
    const zone = this.zones.get(name)?.(round, type) ?? 'NXDOMAIN';
    if (zone === 'silence') return null;
    const rcode = typeof zone === 'string' ? RCODES[zone] : 0;
    const answers = typeof zone === 'string' ? [] : this.records(name, type, zone);
    // Recursion desired and available.
    return encode({ type: 'response', id: id!, flags: 0x180 | rcode, questions, answers });
  }

  private records(name: string, type: string, addresses: readonly string[]): Answer[] {
    const family = type === 'A' ? '.' : ':';
    return addresses
      .filter(
        (each) =>
          (type === 'A' || type === 'AAAA') && each.includes(family) && !(type === 'A' && each.includes(':')),
      )
      .map((data) => ({ type: type as 'A', name, ttl: this.ttl, data }));
  }
}
