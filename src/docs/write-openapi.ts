import 'reflect-metadata';
import { readFileSync, writeFileSync } from 'node:fs';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from '../app.module.js';
import { httpAdapter, prefixRoutes } from '../app.setup.js';
import { loadConfig } from '../config/config.js';
import { apiDocument } from './api-document.js';

/*
 * Writes the API document: node dist/docs/write-openapi.js [--check] [file]
 * With --check it writes nothing and fails when the file is not what it would write. Neither listens nor
 * opens a database: the application is only looked at, not run.
 */

const isCheck = process.argv.includes('--check');
const file = process.argv.slice(2).find((argument) => !argument.startsWith('--')) ?? 'docs/openapi.json';

const config = loadConfig({});
const app = await NestFactory.create<NestFastifyApplication>(AppModule.of(config), httpAdapter(config), {
  preview: true,
  logger: false,
  abortOnError: false,
});
prefixRoutes(app);
const text = `${JSON.stringify(apiDocument(app), null, 2)}\n`;

if (!isCheck) writeFileSync(file, text);
else if (readFileSync(file, 'utf8') !== text) {
  process.stderr.write(`${file} is not what the code says. Run \`npm run openapi\` and commit it.\n`);
  process.exitCode = 1;
}
