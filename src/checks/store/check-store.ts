import type { WriteBatch, WriteResult } from './write-batch.js';

/** Stores what was found out. */
export abstract class CheckStore {
  /** All of `batch`, or nothing where it rejects. */
  abstract write(batch: WriteBatch): Promise<WriteResult>;
}
