import { Injectable } from '@nestjs/common';
import { type Ability, isProjectScoped } from '../auth/ability.js';
import type { Reach } from '../auth/project-reach.js';
import type { Transaction } from '../database/transactions.js';
import { foreignIdIssues } from '../http/id-list.js';
import { issue, type ValidationIssue } from '../http/validation-issue.js';
import { ProjectsRepository } from '../projects/projects.repository.js';
import { ALL_ABILITIES } from './escalation.js';

/** The projects that keys are limited to. */
@Injectable()
export class KeyProjects {
  constructor(private readonly projects: ProjectsRepository) {}

  /** Those of `asked` that the team does not have, each a fault. What a key is limited to already may be gone, and stays. */
  async issues(
    tx: Transaction,
    teamId: string,
    asked: Reach | undefined,
    already: Reach,
  ): Promise<ValidationIssue[]> {
    if (!asked) return [];
    const owned = await this.projects.findOwned(tx, teamId, asked);
    return foreignIdIssues('projectIds', asked, new Set([...owned, ...(already ?? [])]), 'project');
  }
}

/** The abilities that a key which is limited to projects is asked to have, and that are about the whole team: each a fault. */
export const teamWideIssues = (abilities: readonly string[]): ValidationIssue[] =>
  abilities.flatMap((ability, index) =>
    ability === ALL_ABILITIES || isProjectScoped(ability as Ability)
      ? []
      : [
          issue(
            `/abilities/${index}`,
            'not-project-scoped',
            `${ability} is about the team as a whole: a key that is limited to projects cannot have it.`,
          ),
        ],
  );

/** Why a key with these abilities cannot be limited to projects, if it cannot. */
export function unlimitableIssues(abilities: readonly Ability[]): ValidationIssue[] {
  const teamWide = abilities.filter((ability) => !isProjectScoped(ability));
  if (teamWide.length === 0) return [];
  const message = `The key has ${teamWide.join(', ')}, and what is about the team as a whole cannot be limited to projects. Create a new key.`;
  return [issue('/projectIds', 'not-project-scoped', message)];
}
