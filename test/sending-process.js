// Sends requests for a test, in a process of its own: what the test measures of itself is the server alone.
import { Agent, request } from 'node:http';

const agent = new Agent({ keepAlive: true });

process.on('message', ({ url, method, headers, text }) => {
  const sent = request(url, { method, headers, agent }, (response) => {
    response.resume();
    response.on('end', () => process.send({ status: response.statusCode }));
  });
  sent.on('error', ({ message }) => process.send({ message }));
  sent.end(text);
});
