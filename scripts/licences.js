import { spawnSync } from 'node:child_process';

/*
 * Refuses run-time dependencies whose licence nobody has looked at: node scripts/licences.js
 *
 * What is listed lets the program be used, changed and passed on without conditions beyond notices. A package under
 * something else is left out, or its licence is read and added here.
 */

const ALLOWED = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'ISC',
  'MIT',
  'Python-2.0',
]);
/** What packages say elsewhere than in their package.json. */
const READ = new Map([['pause@0.0.1', 'MIT']]);

const { status, stdout, stderr } = spawnSync('npm', ['sbom', '--omit=dev', '--sbom-format=cyclonedx'], {
  encoding: 'utf8',
  maxBuffer: 1 << 26,
});
if (status !== 0) throw new Error(stderr);

/** `(MIT OR GPL-3.0)` leaves a choice, `MIT AND ISC` none. */
const isAllowed = (expression) =>
  expression
    .replace(/[()]/g, '')
    .split(/ OR /)
    .some((choice) => choice.split(/ AND /).every((licence) => ALLOWED.has(licence.trim())));

const licenceOf = ({ name, version, licenses = [] }) =>
  READ.get(`${name}@${version}`) ??
  licenses.map(({ license, expression }) => expression ?? license.id ?? license.name).join(' AND ');

const { components } = JSON.parse(stdout);
const refused = components.filter((component) => !isAllowed(licenceOf(component)));
for (const component of refused)
  console.error(`${component.name} ${component.version}: ${licenceOf(component) || 'no licence'}`);
if (components.length === 0 || refused.length > 0) process.exit(1);
console.log(`${components.length} run-time packages, all under licences that are allowed.`);
