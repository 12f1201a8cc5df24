/** What waits to be done, of several owners: one of each in turn, however many others have. */
export class RoundRobin<T> {
  private readonly waiting = new Map<string, T[]>();

  add(owner: string, item: T): void {
    const own = this.waiting.get(owner);
    if (own) own.push(item);
    else this.waiting.set(owner, [item]);
  }

  next(): T | undefined {
    const [first] = this.waiting;
    if (!first) return undefined;
    const [owner, [item, ...rest]] = first;
    this.waiting.delete(owner);
    if (rest.length > 0) this.waiting.set(owner, rest);
    return item;
  }
}
