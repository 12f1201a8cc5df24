import { In } from 'typeorm';
import { Project } from './project.entity.js';
import type { Transaction } from '../database/transactions.js';

/** Those of `ids` that are projects of the team. */
export async function ownedProjects(
  { manager }: Transaction,
  teamId: string,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const found = await manager.find(Project, { select: { id: true }, where: { teamId, id: In([...ids]) } });
  return new Set(found.map(({ id }) => id));
}
