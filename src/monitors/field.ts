/** RFC 9110, 5.6.2: what a header field's name is made of. */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** RFC 9110, 5.5: visible characters, with blanks and tabs between them. */
const VALUE = /^(?:[!-~\x80-\xff](?:[\t -~\x80-\xff]*[!-~\x80-\xff])?)?$/;

const MAX_NAME = 100;

export const isFieldName = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= MAX_NAME && TOKEN.test(value);

export const isFieldValue = (value: unknown): value is string =>
  typeof value === 'string' && VALUE.test(value);
