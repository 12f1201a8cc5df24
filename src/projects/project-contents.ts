import { Injectable } from '@nestjs/common';
import type { AuditedTransaction } from '../audit/audited-transactions.js';
import type { Transaction } from '../database/transactions.js';

/** What is kept in projects. All of it happens within the change that deletes a project. */
interface Contents {
  /** How many of them are in a project. */
  count(tx: Transaction, projectId: string): Promise<number>;
  /** Moves all that are in project `from` to project `to`. */
  move(tx: AuditedTransaction, from: string, to: string): Promise<void>;
}

/** The monitors of projects, as far as projects know of them: monitors register here at module init. */
@Injectable()
export class ProjectContents implements Contents {
  private contents: Contents | null = null;

  register(contents: Contents): void {
    this.contents = contents;
  }

  async count(tx: Transaction, projectId: string): Promise<number> {
    return (await this.contents?.count(tx, projectId)) ?? 0;
  }

  async move(tx: AuditedTransaction, from: string, to: string): Promise<void> {
    await this.contents?.move(tx, from, to);
  }
}
