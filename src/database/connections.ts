import { Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';

/**
 * The connections of this process. `TypeOrmModule` closes its own as soon as it is asked to, while other modules may
 * still have to write: here they stay open until the last of them is done.
 */
@Injectable()
export class Connections {
  private readonly closers: Array<() => Promise<void>> = [];

  add(source: DataSource): DataSource {
    const destroy = source.destroy.bind(source);
    source.destroy = () => Promise.resolve();
    this.closers.push(async () => {
      if (source.isInitialized) await destroy();
    });
    return source;
  }

  /** Those that were opened last first. */
  async close(): Promise<void> {
    for (const close of this.closers.splice(0).toReversed()) await close();
  }
}
