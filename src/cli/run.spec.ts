import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { run } from './run.js';

describe('run', () => {
  let printed: string;

  beforeEach(() => {
    printed = '';
    jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
      printed += String(text);
      return true;
    });
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it.each([
    ['', /Name a command/],
    ['fly', /There is no command "fly"/],
    ['plan team_1', /<plan> is missing/],
    ['plan team_1 free now', /"now" is too much/],
    ['plan team_1 gold', /<plan> must be one of free, starter, professional, team/],
    ['user create', /<email> is missing/],
    ['user create ada', /email must be an e-mail address/],
    ['user create a@example.com --fly', /Unknown option '--fly'/],
    ['user create a@example.com --role admin', /--team and --role go together/],
    ['user create a@example.com --team t --role owner', /--role must be one of admin, member, viewer/],
    ['secrets rotate', /Set APP_SECRET to the new master secret/],
  ])('refuses the usage "%s"', async (args, message) => {
    expect(await run(args.split(' ').filter(Boolean))).toBe(64);
    expect(printed).toMatch(message);
    expect(printed.trim().split('\n')).toHaveLength(1);
  });
});
