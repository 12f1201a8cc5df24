import { parentPort } from 'node:worker_threads';
import type { InboundResponse } from '../../egress/exchange.js';
import { judge } from './probe-evaluator.js';
import type { Case, Judgement } from './evaluator-thread.js';
import { Patterns } from './regex-cache.js';

const port = parentPort!;
let light: Array<readonly [pattern: string, size: number]> = [];
const patterns = new Patterns((pattern, size) => light.push([pattern, size]));

/** A buffer is sent as the bytes it is made of. */
const received = ({ body, ...rest }: InboundResponse): InboundResponse => ({
  ...rest,
  body: Buffer.from(body.buffer, body.byteOffset, body.byteLength),
});

port.on('message', ({ probe, exchange, stalledMs }: Case) => {
  const { response } = exchange;
  light = [];
  const finding = judge(
    probe,
    { ...exchange, response: response && received(response) },
    stalledMs,
    patterns,
  );
  port.postMessage({ finding, light } satisfies Judgement);
});
