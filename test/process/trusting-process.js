// Makes one check in a thread of the build, with the authorities that this process trusts, and prints what it found.
import { startProber } from '../../dist/checks/prober/start-prober.js';

const prober = startProber(1, {
  policy: { allow: ['127.0.0.0/8'], ownPorts: [], services: [] },
  dnsServers: ['127.0.0.1:1'],
});
console.log(JSON.stringify(await prober.probe(JSON.parse(process.argv[2]))));
await prober.close();
