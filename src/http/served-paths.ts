import type { FastifyInstance } from 'fastify';
import { NotFound } from '../problems/common.problems.js';

const FOR_MACHINES = /^\/(health\/|metrics($|\?))/;

/** Leaves a process that does not answer the API with its health and metrics. */
export function serveOnlyMachines(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    done(FOR_MACHINES.test(request.url) ? undefined : new NotFound('This process does not answer the API.'));
  });
}
