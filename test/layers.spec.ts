import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from '@jest/globals';

/**
 * Who may import whom. A folder may import those of the layers before its own. Within its layer it may
 * import only what `sideways` names.
 */
const layers: ReadonlyArray<readonly string[]> = [
  ['common', 'config', 'forwarding'],
  ['crypto', 'database', 'logging', 'metrics', 'problems'],
  ['auth'],
  ['audit', 'egress', 'http', 'limits', 'plans'],
  [
    'accounts',
    'alert-rules',
    'api-keys',
    'checks',
    'incidents',
    'maintenance',
    'monitors',
    'notifications',
    'projects',
    'sight',
    'teams',
  ],
  ['sessions'],
  ['docs', 'health'],
  ['process'],
  ['cli'],
];

const sideways: Readonly<Record<string, readonly string[]>> = {
  config: ['common'],
  forwarding: ['common', 'config'],
  database: ['crypto'],
  logging: ['crypto'],
  problems: ['crypto', 'database'],
  audit: ['http'],
  plans: ['audit'],
  limits: ['plans'],
  teams: ['accounts', 'api-keys'],
  'api-keys': ['projects'],
  monitors: ['projects'],
  checks: ['monitors'],
  'alert-rules': ['checks', 'monitors', 'notifications'],
  maintenance: ['checks', 'monitors'],
  notifications: ['accounts', 'teams'],
  incidents: ['alert-rules', 'checks', 'monitors', 'notifications', 'teams'],
  sight: ['alert-rules', 'checks', 'monitors', 'notifications', 'teams'],
};

/**
 * The files beside the folders put the folders together, and may import all of them. A folder imports none
 * of these files, but for these: the command line starts the application, and so does the script that writes the
 * API document.
 */
const assembly: Readonly<Record<string, readonly string[]>> = {
  cli: ['app.module.ts'],
  docs: ['app.module.ts', 'app.setup.ts'],
};

interface Import {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

const IMPORT = /^(?:import|export)\s[^;]*?from '(\.[^']+)';|^import '(\.[^']+)';/gm;

const folderOf = (file: string): string => (file.includes('/') ? file.split('/', 1)[0]! : '');

function importsOf(file: string): Import[] {
  return [...readFileSync(join('src', file), 'utf8').matchAll(IMPORT)].map(([, named, bare]) => {
    const to = relative('.', join(dirname(file), (named ?? bare)!)).replace(/\.js$/, '.ts');
    return { file, from: folderOf(file), to };
  });
}

const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.ts'),
);
const acrossFolders = files.flatMap(importsOf).filter(({ from, to }) => from !== '' && from !== folderOf(to));

const layerOf = (folder: string): number => layers.findIndex((layer) => layer.includes(folder));

function isAllowed({ from, to }: Import): boolean {
  const target = folderOf(to);
  if (target === '') return assembly[from]?.includes(to) ?? false;
  return layerOf(target) < layerOf(from) || (sideways[from]?.includes(target) ?? false);
}

describe('the folders of src', () => {
  it('each belong to one layer', () => {
    const folders = new Set(files.map(folderOf).filter((folder) => folder !== ''));
    expect(layers.flat().toSorted()).toEqual([...folders].toSorted());
  });

  it('import only what the table lets them', () => {
    const faults = acrossFolders.filter((each) => !isAllowed(each));
    expect(faults.map(({ file, to }) => `${file} imports ${to}`)).toEqual([]);
  });

  it('use every exception the table makes', () => {
    const used = (from: string, isTarget: (to: string) => boolean) =>
      acrossFolders.some((each) => each.from === from && isTarget(each.to));
    const unused = [
      ...Object.entries(sideways).flatMap(([from, targets]) =>
        targets.filter((target) => !used(from, (to) => folderOf(to) === target)),
      ),
      ...Object.entries(assembly).flatMap(([from, targets]) =>
        targets.filter((target) => !used(from, (to) => to === target)),
      ),
    ];
    expect(unused).toEqual([]);
  });

  it('have no circle of files, not even of types', () => {
    const imports = new Map(files.map((file) => [file, importsOf(file)]));
    const state = new Map<string, 'open' | 'done'>();
    const circles: string[] = [];
    const visit = (file: string, path: readonly string[]): void => {
      if (state.get(file) === 'open') circles.push([...path.slice(path.indexOf(file)), file].join(' -> '));
      if (state.has(file)) return;
      state.set(file, 'open');
      for (const { to } of imports.get(file) ?? []) visit(to, [...path, file]);
      state.set(file, 'done');
    };
    for (const file of files) visit(file, []);
    expect(circles).toEqual([]);
  });

  it('form no cycle', () => {
    const targets = (folder: string) =>
      acrossFolders.filter(({ from }) => from === folder).map(({ to }) => folderOf(to));
    const reaches = (start: string, goal: string, seen = new Set<string>()): boolean =>
      targets(start).some((next) => {
        if (next === goal) return true;
        if (next === '' || seen.has(next)) return false;
        seen.add(next);
        return reaches(next, goal, seen);
      });
    expect(layers.flat().filter((folder) => reaches(folder, folder))).toEqual([]);
  });
});
