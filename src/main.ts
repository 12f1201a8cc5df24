import 'reflect-metadata';
import { exitWith, failureOf } from './process/failure.js';

// Loaded here, so that a module that cannot be loaded is told like everything else that prevents a start.
const { start } = await import('./start.js').catch((error: unknown) => exitWith(failureOf(error)));
await start();
