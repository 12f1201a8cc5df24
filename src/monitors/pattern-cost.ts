/**
 * What compiling a regular expression costs at most, in instructions of the program it becomes, found out without
 * compiling it. Repetitions multiply what they repeat: `(x{30}){30}` is twelve characters and 900 instructions.
 * Sets of characters cost what it takes to build them, which is much more where case does not count: each
 * character of a range is then looked up. In time that grows with the length of `pattern` only.
 */
export function patternCost(pattern: string): number {
  return new Estimate(pattern).cost;
}

/** Of a set by name, such as `\pL`: it has hundreds of ranges. Where case does not count, each of them is folded. */
const NAMED_SET = 50;
const NAMED_SET_FOLDED = 200;
/** Of `\w` and `[:alpha:]`. */
const SHORT_SET = 2;
const SHORT_SET_FOLDED = 20;
/** Characters of a range that are folded in the time of an instruction. */
const FOLDED_IN_ONE = 10;
/** Beyond it no character has another case. */
const LAST_WITH_CASE = 0x1e943;
/** Of a group: it notes where it begins and where it ends, and may have nothing in it. */
const GROUP = 3;
/** Of one alternative more, and of nothing where it is empty. */
const ALTERNATIVE = 2;

const IGNORES_CASE = /\(\?[a-zA-Z]*i/;
const REPETITION = /\{(\d+)(?:,(\d*))?\}/y;
const GROUP_KIND = /\?(?:P?<\w*>|[a-zA-Z-]*:?)/y;
const LITERAL = /\\Q(.*?)(?:\\E|$)/sy;
const SET_BY_NAME = /\\[pP](?:\{[^}]*\}|.)/suy;
const SHORT_NAME = /\\[dDsSwW]/y;
const SHORT_NAME_IN_BRACKETS = /\[:\^?\w+:\]/y;
const CHARACTER = /\\x\{([0-9a-fA-F]*)\}|\\x([0-9a-fA-F]{2})|\\[0-7]{1,3}|\\?(.)/suy;

/** What has been read of a group. */
interface Group {
  cost: number;
  /** Of what a repetition would repeat. */
  last: number;
}

class Estimate {
  private readonly groups: Group[] = [{ cost: 0, last: 0 }];
  private readonly folds: boolean;
  private at = 0;

  constructor(private readonly pattern: string) {
    this.folds = IGNORES_CASE.test(pattern);
    while (this.at < pattern.length) this.step();
    while (this.groups.length > 1) this.close();
  }

  get cost(): number {
    return this.groups[0]!.cost;
  }

  private step(): void {
    const literal = this.take(LITERAL);
    if (literal) for (const _ of literal[1]!) this.add(1);
    else if (this.skip('(')) this.open();
    else if (this.skip(')')) this.close();
    else if (this.skip('|')) this.end();
    else if (this.skip('*') || this.skip('+') || this.skip('?')) this.repeat(1);
    else if (!this.repetition()) this.add(this.set());
  }

  private repetition(): boolean {
    const bounds = this.take(REPETITION);
    if (bounds) this.repeat(Math.max(1, Number(bounds[1]), Number(bounds[2] ?? 0)));
    return bounds !== null;
  }

  /** A copy each, and an instruction that may leave it out. */
  private repeat(times: number): void {
    const group = this.groups.at(-1)!;
    const repeated = (group.last + 1) * times;
    group.cost += repeated - group.last;
    group.last = repeated;
  }

  private open(): void {
    this.take(GROUP_KIND);
    this.groups.push({ cost: GROUP, last: 0 });
  }

  private close(): void {
    if (this.groups.length > 1) this.add(this.groups.pop()!.cost);
  }

  private end(): void {
    this.add(ALTERNATIVE);
    this.groups.at(-1)!.last = 0;
  }

  private add(cost: number): void {
    const group = this.groups.at(-1)!;
    group.cost += cost;
    group.last = cost;
  }

  /** The cost of one character, or of a set of them. */
  private set(): number {
    const cost = this.named();
    if (cost !== null) return cost;
    if (this.skip('[')) return this.brackets();
    this.character();
    return 1;
  }

  private brackets(): number {
    this.skip('^');
    let cost = 1;
    do cost += this.named(SHORT_NAME_IN_BRACKETS) ?? this.range();
    while (this.at < this.pattern.length && !this.skip(']'));
    return cost;
  }

  private named(also: RegExp = SHORT_NAME): number | null {
    if (this.take(SET_BY_NAME)) return this.folds ? NAMED_SET_FOLDED : NAMED_SET;
    if (this.take(SHORT_NAME) ?? this.take(also)) return this.folds ? SHORT_SET_FOLDED : SHORT_SET;
    return null;
  }

  private range(): number {
    const first = this.character();
    if (this.pattern[this.at] !== '-' || this.pattern[this.at + 1] === ']') return 0;
    this.at += 1;
    const width = Math.min(this.character(), LAST_WITH_CASE) - first;
    return this.folds ? Math.max(0, width) / FOLDED_IN_ONE : 0;
  }

  /** The code point of the character that is next. Of those that are escaped by a letter something near. */
  private character(): number {
    const [, long, short, plain] = this.take(CHARACTER) ?? [];
    return plain === undefined ? Number.parseInt(long ?? short ?? '0', 16) || 0 : plain.codePointAt(0)!;
  }

  private skip(character: string): boolean {
    const isNext = this.pattern[this.at] === character;
    if (isNext) this.at += 1;
    return isNext;
  }

  private take(expression: RegExp): RegExpExecArray | null {
    expression.lastIndex = this.at;
    const found = expression.exec(this.pattern);
    if (found) this.at = expression.lastIndex;
    return found;
  }
}
