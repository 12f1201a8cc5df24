// A bare route of the same framework and adapter: what `bench.js` measures the product against.
import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';

const payload = JSON.parse(readFileSync(process.env.PAYLOAD, 'utf8'));

class BareController {
  answer() {
    return payload;
  }
}
Controller()(BareController);
Get('bare')(
  BareController.prototype,
  'answer',
  Object.getOwnPropertyDescriptor(BareController.prototype, 'answer'),
);

class BareModule {}
Module({ controllers: [BareController] })(BareModule);

const app = await NestFactory.create(BareModule, new FastifyAdapter(), { logger: false });
await app.listen(Number(process.env.PORT), '127.0.0.1');
