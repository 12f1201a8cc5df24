// Sends requests for a test, in a process of its own: what the test measures of itself is the server alone.
import { Agent, request } from 'node:http';
import { connect } from 'node:net';

const agent = new Agent({ keepAlive: true });

process.on('message', (sent) => (sent.chunks === undefined ? send(sent) : sendChunks(sent)));

function send({ url, method, headers, text }) {
  const sent = request(url, { method, headers, agent }, (response) => {
    response.resume();
    response.on('end', () => process.send({ status: response.statusCode }));
  });
  sent.on('error', ({ message }) => process.send({ message }));
  sent.end(text);
}

/** Node's client cannot be had to spell a body in every way that there is. */
function sendChunks({ url, method, headers, chunks }) {
  const { hostname, port, host, pathname } = new URL(url);
  const lines = Object.entries({
    ...headers,
    host,
    connection: 'close',
    'content-type': 'application/json',
    'transfer-encoding': 'chunked',
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  const socket = connect(Number(port), hostname);
  let answer = '';
  socket.setEncoding('latin1').on('data', (text) => (answer += text));
  socket.on('error', ({ message }) => process.send({ message }));
  socket.on('end', () => {
    socket.destroy();
    process.send({ status: Number(/^HTTP\/1\.1 (\d+) /.exec(answer)?.[1]) });
  });
  socket.write(`${method} ${pathname} HTTP/1.1\r\n${lines.join('')}\r\n${chunks}`);
}
