/**
 * Which part of a batch runs next, until the records that make it fail stand alone. Parts run in the order of their
 * records; each member is in exactly one part that has not run.
 */
export class Narrowing<Member> {
  /** The next one stands last. */
  private readonly parts: (readonly Member[])[] = [];

  constructor(members: readonly Member[]) {
    this.add(members);
  }

  /** Undefined when all have run. */
  next(): readonly Member[] | undefined {
    return this.parts.pop();
  }

  /** The part had no effect: its halves are to run. */
  halve(part: readonly Member[]): void {
    const middle = Math.ceil(part.length / 2);
    this.add(part.slice(middle));
    this.add(part.slice(0, middle));
  }

  /** What effect the part had is not known: its members are to run one by one. */
  single(part: readonly Member[]): void {
    for (const member of [...part].reverse()) this.add([member]);
  }

  /** Takes everything that has not run. */
  takeRest(): Member[] {
    return this.parts.splice(0).reverse().flat();
  }

  private add(part: readonly Member[]): void {
    if (part.length > 0) this.parts.push(part);
  }
}
