import { parentPort } from 'node:worker_threads';
import type { InboundResponse } from '../../egress/exchange.js';
import { evaluateProbe } from './probe-evaluator.js';
import type { Case, Evaluation } from './evaluator-thread.js';
import { RegexCache } from './regex-cache.js';

const port = parentPort!;
let light: Array<readonly [pattern: string, size: number]> = [];
const regexes = new RegexCache((pattern, size) => light.push([pattern, size]));

/** A buffer is sent as the bytes it is made of. */
const received = ({ body, ...rest }: InboundResponse): InboundResponse => ({
  ...rest,
  body: Buffer.from(body.buffer, body.byteOffset, body.byteLength),
});

port.on('message', ({ probe, exchange, stalledMs }: Case) => {
  const { response } = exchange;
  light = [];
  const finding = evaluateProbe(
    probe,
    { ...exchange, response: response && received(response) },
    stalledMs,
    regexes,
  );
  port.postMessage({ probe: finding, light } satisfies Evaluation);
});
