// What `probe.js` checks: answers over HTTP and over HTTPS on free ports, and tells its parent where.
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import forge from 'node-forge';

function selfSigned() {
  const keys = forge.pki.rsa.generateKeyPair(2_048);
  const certificate = forge.pki.createCertificate();
  const name = [{ name: 'commonName', value: 'localhost' }];
  certificate.publicKey = keys.publicKey;
  certificate.serialNumber = '01';
  certificate.validity.notAfter = new Date(Date.now() + 86_400_000);
  certificate.setSubject(name);
  certificate.setIssuer(name);
  certificate.sign(keys.privateKey, forge.md.sha256.create());
  return { key: forge.pki.privateKeyToPem(keys.privateKey), cert: forge.pki.certificateToPem(certificate) };
}

const answer = (_, response) => response.setHeader('content-type', 'application/json').end('{"status":"ok"}');

const listen = (server) =>
  new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server.address().port)));

process.send({
  http: `http://127.0.0.1:${await listen(createServer(answer))}/`,
  https: `https://127.0.0.1:${await listen(createSecureServer(selfSigned(), answer))}/`,
});
