import 'reflect-metadata';
import { exitWith, failureOf } from './process/failure.js';

const { run } = await import('./cli/run.js').catch((error: unknown) => exitWith(failureOf(error)));
process.exit(await run(process.argv.slice(2)));
