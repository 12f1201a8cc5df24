import { spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/*
 * Builds the program where its sources have changed: node scripts/build.js [--prune]
 *
 * Each build has a directory of its own in .builds, named by a digest of all it is made of, and `dist` is a link
 * to the current one. So nothing is ever changed under a program that runs: Node resolves the link when it
 * starts, and what it loads later comes from the same build. Two that build at once do so in directories of their
 * own, and the last step of each is one rename; no lock can be left behind. With --prune all builds but the
 * newest are removed: a server that has not been started for as many builds is to be started again.
 *
 * A signal that ends it ends the compiler first, and leaves no part of a build behind.
 */

const KEPT = 5;
const HOUR_MS = 3_600_000;

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const builds = join(root, '.builds');
const dist = join(root, 'dist');
const isSource = (file) => !file.endsWith('.spec.ts');

/** A digest of everything that decides what a build is. Files and not their times, which a checkout changes. */
function stampOf() {
  const sources = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && isSource(entry.name))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
  const others = [
    'tsconfig.json',
    'tsconfig.build.json',
    'nest-cli.json',
    'package-lock.json',
    'scripts/build.js',
  ];
  const hash = createHash('sha256');
  for (const file of [...sources.toSorted(), ...others.map((name) => join(root, name))]) {
    const content = readFileSync(file);
    hash.update(`${file.slice(root.length)}\n${content.length}\n`).update(content);
  }
  return hash.digest('hex').slice(0, 16);
}

/** Compiles into a directory of nobody else's, and gives it its name when it is complete. Answers whether it is: the compiler has said why not. */
async function compile(target) {
  const outDir = join(builds, `tmp-${randomUUID()}`);
  const config = `${outDir}.json`;
  try {
    const compilerOptions = { outDir, rootDir: '../src' };
    const include = { include: ['../src'], exclude: ['../src/**/*.spec.ts'] };
    writeFileSync(config, JSON.stringify({ extends: '../tsconfig.build.json', compilerOptions, ...include }));
    console.error('Building: about half a minute, once for each change of the sources.');
    const nest = join(root, 'node_modules/@nestjs/cli/bin/nest.js');
    if (!existsSync(nest)) {
      console.error('Building needs the development dependencies: run npm ci, without --omit=dev.');
      return false;
    }
    const status = await finished([nest, 'build', '--path', relative(root, config)]);
    if (status !== 0 || !existsSync(join(outDir, 'main.js'))) return false;
    // What changed while it was compiled may be in it or not.
    if (join(builds, stampOf()) === target) publish(outDir, target);
  } finally {
    for (const path of [outDir, config]) rmSync(path, { recursive: true, force: true });
  }
  return true;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** By which signal this process is to end. */
let ending = null;

/** The exit code of a program of Node.js, which is ended by the signals that end this process. */
function finished(args) {
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 2, 2] });
  const handOn = (signal) => {
    ending = signal;
    child.kill(signal);
  };
  for (const signal of SIGNALS) process.on(signal, handOn);
  return new Promise((resolve, reject) => child.once('error', reject).once('exit', resolve)).finally(() => {
    for (const signal of SIGNALS) process.off(signal, handOn);
  });
}

/** Another that built the same may have been quicker. */
function publish(built, target) {
  try {
    renameSync(built, target);
  } catch (error) {
    if (!existsSync(join(target, 'main.js'))) throw error;
  }
}

/** Has `dist` lead to `target`, in one step. */
function lead(target) {
  if (isLinkTo(target)) return;
  const link = join(builds, `link-${randomUUID()}`);
  symlinkSync(process.platform === 'win32' ? target : relative(root, target), link, 'junction');
  try {
    renameSync(link, dist);
  } catch {
    // A directory, of before there were links, or a system that replaces no link.
    if (existsSync(dist)) renameSync(dist, join(builds, `former-${randomUUID()}`));
    renameSync(link, dist);
  }
}

function isLinkTo(target) {
  try {
    return resolve(root, readlinkSync(dist)) === target;
  } catch {
    return false;
  }
}

function prune(current) {
  const all = readdirSync(builds).map((name) => join(builds, name));
  const others = all.filter(
    (path) => path !== current && /^[0-9a-f]{16}$|^former-/.test(path.slice(builds.length + 1)),
  );
  const newestFirst = others.map((path) => [path, ageOf(path)]).toSorted((a, b) => a[1] - b[1]);
  const leftBehind = all.filter((path) => /\/(?:tmp|link)-[^/]*$/.test(path) && ageOf(path) > HOUR_MS);
  for (const path of [...newestFirst.slice(KEPT - 1).map(([each]) => each), ...leftBehind])
    rmSync(path, { recursive: true, force: true });
}

/** In milliseconds; of what another one has just removed, as if it were new. */
const ageOf = (path) => Date.now() - (lstatSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());

mkdirSync(builds, { recursive: true });
let stamp;
let target;
do {
  // Sources that change while they are compiled are compiled again.
  stamp = stampOf();
  target = join(builds, stamp);
  if (!existsSync(join(target, 'main.js')) && !(await compile(target))) {
    if (ending) process.kill(process.pid, ending);
    process.exit(1);
  }
} while (stampOf() !== stamp);
lead(target);
if (process.argv.includes('--prune')) prune(target);
