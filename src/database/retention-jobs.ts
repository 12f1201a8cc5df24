import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { ProcessRole } from '../config/process-role.js';

const MINUTE = 60_000;

/** Removes rows whose time is over. */
type Chore = () => Promise<unknown>;

/** Runs the chores of all features once a minute in a server, one after the other. A chore that fails is logged and tried again. */
@Injectable()
export class RetentionJobs implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(RetentionJobs.name);
  private readonly chores = new Map<string, Chore>();
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly role: ProcessRole) {}

  add(name: string, chore: Chore): void {
    this.chores.set(name, chore);
  }

  onApplicationBootstrap(): void {
    if (this.role.isServer) this.timer = setInterval(() => (this.running = this.run()), MINUTE).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  async run(): Promise<void> {
    for (const [name, chore] of this.chores) {
      try {
        await chore();
      } catch (error) {
        this.logger.warn(`${name} failed: ${(error as Error).message.split('\n')[0]}`);
      }
    }
  }
}
