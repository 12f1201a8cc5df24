import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

const inDocs = readdirSync('docs', { recursive: true, encoding: 'utf8' }).map((file) => `docs/${file}`);
const documents = ['README.md', 'CONTRIBUTING.md', ...inDocs.filter((file) => file.endsWith('.md'))];

/** The commands that a document has its readers paste. */
const commandsOf = (document: string): string[] =>
  [...readFileSync(document, 'utf8').matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block]) => block!);

describe('the commands of the documents', () => {
  it.each(documents)('have no comments in %s: zsh takes none from whoever types', (document) => {
    const lines = commandsOf(document).flatMap((block) => block.split('\n'));
    expect(lines.filter((line) => /(^|\s)#/.test(line))).toEqual([]);
  });

  it('are commands, as the shell reads them', () => {
    const faults = commandsOf('README.md').map((block) =>
      spawnSync('sh', ['-n'], { input: block }).stderr.toString(),
    );
    expect(faults.filter((fault) => fault !== '')).toEqual([]);
  });
});

describe('get() of the README', () => {
  const definition = /^get\(\).*$/m.exec(readFileSync('README.md', 'utf8'))![0];

  const get = (member: string, answer: object) =>
    spawnSync('sh', ['-c', `${definition}\nget '${member}'`], {
      input: JSON.stringify(answer),
      encoding: 'utf8',
    });

  it('hands on one member, and shows the answer', () => {
    const { status, stdout, stderr } = get('data[0].id', { data: [{ id: 'key_1' }] });
    expect([status, stdout]).toEqual([0, 'key_1\n']);
    expect(JSON.parse(stderr)).toEqual({ data: [{ id: 'key_1' }] });
  });

  it('fails where there is no such member, and says so', () => {
    const { status, stdout, stderr } = get('token', { code: 'validation-failed' });
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toContain('validation-failed');
    expect(stderr).toContain('There is no token in this answer.');
  });
});
