import * as fc from 'fast-check';

const nested = (depth: number): unknown => JSON.parse('[{"a":'.repeat(depth) + '1' + '}]'.repeat(depth));

const numbers = [0, -0, 1, -1, 0.1, 1e-7, 1e308, 2 ** 31, 2 ** 53 - 1, 2 ** 53, -(2 ** 63)];
const words =
  '0 null true * -1 1e3 NaN % _ \\ %00 ../../etc/passwd ${7*7} {{7*7}} a@b ::1/129 1.2.3.4/33 (a+)+$';
const statements = ["' OR '1'='1", '"; DROP TABLE users; --', 'a\r\nb: c', '[object Object]'];
const characters = [
  '\u0000',
  '\ufeff',
  '\u202e',
  '\ud800',
  '\u{1f469}\u200d\u{1f4bb}',
  'e\u0301',
  '\u0130',
  '\uffff',
];
const lengths = ['', ' ', 'a'.repeat(41), 'a'.repeat(256), 'a'.repeat(70_000), '\u{1f600}'.repeat(80)];
const times = [
  '0000-00-00T00:00:00Z',
  '9999-12-31T23:59:59.999Z',
  '2026-02-30T00:00:00Z',
  '2026-01-01T24:00+99:99',
];
const addresses = ['http://[', 'http://a:99999/', 'file:///etc/passwd', 'http://\u0131.example/', 'http://1'];
const objects = [
  null,
  true,
  false,
  {},
  { length: -1 },
  { toString: 1 },
  { $gt: '' },
  nested(3),
  nested(15),
  nested(40),
];
const lists = [[], [null], [{}], Array(1_001).fill(0), Array(60).fill('a')];

/** What programs stumble over. */
const awkward: readonly unknown[] = [
  ...numbers,
  ...words.split(' '),
  ...statements,
  ...characters,
  ...lengths,
  ...times,
  ...addresses,
  ...objects,
  ...lists,
];

/** Any value at all. */
export const anything = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...awkward) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
  { weight: 1, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }) },
);
