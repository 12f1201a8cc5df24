import { describe, expect, it } from '@jest/globals';
import { compareWritten, entityTag, matchesRepresentation } from './etag.js';

const key = { name: 'CI', lastUsedAt: null as string | null };
const tag = entityTag(key, ['lastUsedAt']);
const used = entityTag({ ...key, lastUsedAt: 'now' }, ['lastUsedAt']);
const renamed = entityTag({ ...key, name: 'CD' }, ['lastUsedAt']);

describe('an entity tag', () => {
  it('is a strong one in quotes, with nothing in it that a header cannot hold', () => {
    expect(tag).toMatch(/^"[\w-]{16}\.[\w-]{16}"$/);
  });

  it('is the same of the same', () => expect(entityTag({ ...key }, ['lastUsedAt'])).toBe(tag));

  it('is another one when anything is, also what the server writes', () => {
    expect(new Set([tag, used, renamed]).size).toBe(3);
  });
});

describe('If-None-Match', () => {
  it.each([
    ['the tag', tag],
    ['the tag as a weak one', `W/${tag}`],
    ['a list with the tag in it', `"x", ${tag} ,"y"`],
    ['anything', '*'],
  ])('holds for %s', (_, header) => expect(matchesRepresentation(header, tag)).toBe(true));

  it.each([
    ['another one', renamed],
    ['one from before it was used', used],
    ['no tag', 'x'],
    ['nothing', ''],
    ['the tag without its quotes', tag.slice(1, -1)],
  ])('does not hold for %s', (_, header) => expect(matchesRepresentation(header, tag)).toBe(false));
});

describe('If-Match', () => {
  it.each([
    ['the tag', tag],
    ['one from before it was used: no edit is lost', used],
    ['a list with the tag in it', `"x", ${tag}`],
    ['a list with an empty entry', `, ,${tag}`],
    ['anything', ' * '],
  ])('names what is the same with %s', (_, header) => expect(compareWritten(header, tag)).toBe('same'));

  it.each([
    ['the tag as a weak one', `W/${tag}`, 'weak'],
    ['a list of weak ones', `W/"x", W/${used}`, 'weak'],
    ['another one', renamed, 'other'],
    ['another one that is weak', `W/${renamed}`, 'other'],
    ['a tag of somebody else', '"x"', 'other'],
    ['a tag of somebody else with a comma', `"x,${tag.slice(1, -1)}"`, 'other'],
    ['no tag', 'x', 'no-tag'],
    ['the tag without its quotes', tag.slice(1, -1), 'no-tag'],
    ['nothing', '', 'no-tag'],
  ])('does not with %s', (_, header, how) => expect(compareWritten(header, tag)).toBe(how));

  it('names nothing where there is no tag, unless it takes anything', () => {
    expect(compareWritten(tag, null)).toBe('other');
    expect(compareWritten('*', null)).toBe('same');
  });
});
