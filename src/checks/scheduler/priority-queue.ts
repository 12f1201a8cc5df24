/** What a heap holds, as it shows it. */
export interface Held<T> {
  readonly key: string;
  readonly priority: number;
  readonly value: T;
}

interface Node<T> extends Held<T> {
  /** Of two with one priority the one that came first is first. */
  readonly order: number;
  index: number;
}

const isBefore = <T>(a: Node<T>, b: Node<T>): boolean =>
  a.priority < b.priority || (a.priority === b.priority && a.order < b.order);

/** A binary heap, lowest priority first, whose members are also found by key. Each change costs O(log n). */
export class PriorityQueue<T> {
  private readonly nodes: Node<T>[] = [];
  private readonly byKey = new Map<string, Node<T>>();
  private added = 0;

  get size(): number {
    return this.nodes.length;
  }

  peek(): Held<T> | undefined {
    return this.nodes[0];
  }

  get(key: string): T | undefined {
    return this.byKey.get(key)?.value;
  }

  /** Adds, or replaces what has this key. */
  set(key: string, priority: number, value: T): void {
    this.delete(key);
    const node = { key, priority, value, order: (this.added += 1), index: this.nodes.length };
    this.nodes.push(node);
    this.byKey.set(key, node);
    this.rise(node);
  }

  /** Whether there was one. */
  delete(key: string): boolean {
    const node = this.byKey.get(key);
    if (node === undefined) return false;
    this.byKey.delete(key);
    const last = this.nodes.pop()!;
    if (last !== node) {
      this.put(last, node.index);
      this.rise(last);
      this.sink(last);
    }
    return true;
  }

  pop(): Held<T> | undefined {
    const first = this.nodes[0];
    if (first !== undefined) this.delete(first.key);
    return first;
  }

  private put(node: Node<T>, index: number): void {
    this.nodes[index] = node;
    node.index = index;
  }

  private rise(node: Node<T>): void {
    while (node.index > 0) {
      const parent = this.nodes[(node.index - 1) >> 1]!;
      if (!isBefore(node, parent)) return;
      this.swap(node, parent);
    }
  }

  private sink(node: Node<T>): void {
    for (;;) {
      const left = this.nodes[2 * node.index + 1];
      const right = this.nodes[2 * node.index + 2];
      if (left === undefined) return;
      const least = right !== undefined && isBefore(right, left) ? right : left;
      if (!isBefore(least, node)) return;
      this.swap(node, least);
    }
  }

  private swap(a: Node<T>, b: Node<T>): void {
    const { index } = a;
    this.put(a, b.index);
    this.put(b, index);
  }
}
