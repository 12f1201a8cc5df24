// What webhooks are sent to in the benchmark of alerts: notes each message and when it came.
//
// `GET /log` hands out what came, in order; `GET /away` has it refuse everything until `GET /back`.
import { createServer } from 'node:http';

let messages = [];
let isAway = false;

createServer((request, response) => {
  let text = '';
  request.on('data', (chunk) => (text += chunk));
  request.on('end', () => {
    if (request.method === 'POST') {
      if (isAway) return request.socket.destroy();
      const { type, data } = JSON.parse(text);
      messages.push({
        at: Date.now(),
        id: request.headers['webhook-id'],
        type,
        incident: data.incident?.id,
        monitor: data.monitor?.name,
      });
      return response.end();
    }
    if (request.url === '/log') {
      response.end(JSON.stringify(messages));
      messages = [];
      return undefined;
    }
    isAway = request.url === '/away';
    return response.end('ok');
  });
}).listen(Number(process.env.PORT), '127.0.0.1');
