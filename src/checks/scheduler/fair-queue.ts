import { PriorityQueue, type Held } from './priority-queue.js';

/** What waits in line. */
export interface Waiting {
  readonly monitorId: string;
  readonly teamId: string;
  /** Epoch milliseconds. */
  readonly since: number;
}

/**
 * Teams take turns; inside a team the one that waited longest is first. However much one team has waiting,
 * another's single one is served in the next round.
 */
export class FairQueue<T extends Waiting> {
  /** The teams with something waiting, by whose turn it is. */
  private readonly teams = new PriorityQueue<PriorityQueue<T>>();
  private turns = 0;

  get isEmpty(): boolean {
    return this.teams.size === 0;
  }

  add(item: T): void {
    let own = this.teams.get(item.teamId);
    if (own === undefined) this.lineUp(item.teamId, (own = new PriorityQueue()));
    own.set(item.monitorId, item.since, item);
  }

  /** Whether it was there. */
  remove(item: T): boolean {
    const own = this.teams.get(item.teamId);
    if (own?.get(item.monitorId) !== item) return false;
    own.delete(item.monitorId);
    if (own.size === 0) this.teams.delete(item.teamId);
    return true;
  }

  /** Takes out the next one of a team that `mayHave` another. Teams that may not keep their turn. */
  next(mayHave: (teamId: string) => boolean = () => true): T | undefined {
    const passedOver: Held<PriorityQueue<T>>[] = [];
    let found: T | undefined;
    while (found === undefined && this.teams.size > 0) {
      const team = this.teams.pop()!;
      if (mayHave(team.key)) found = this.serve(team);
      else passedOver.push(team);
    }
    for (const { key, priority, value } of passedOver) this.teams.set(key, priority, value);
    return found;
  }

  private serve({ key, value: own }: Held<PriorityQueue<T>>): T {
    const { value } = own.pop()!;
    if (own.size > 0) this.lineUp(key, own);
    return value;
  }

  private lineUp(teamId: string, own: PriorityQueue<T>): void {
    this.teams.set(teamId, (this.turns += 1), own);
  }
}
