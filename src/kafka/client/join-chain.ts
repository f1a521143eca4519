/** What the broker answers to JoinGroup. */
export interface JoinAnswer {
  readonly generation: number;
  readonly memberId: string;
  /** All members of that generation have our assignor, so its leader withholds what a member claims. */
  readonly isGuarded: boolean;
}

/**
 * Says whether what a member works on is still its own when it gets an assignment. It is after the very next generation:
 * nobody else was given anything meanwhile. It is also after generations of which it never got the assignment, because
 * the next one began before its SyncGroup was answered, if it joined every one of them and each was guarded:
 *
 *   generation 4   we own p
 *   generation 5   we join and claim p; the leader gives p to us or to nobody; our SyncGroup is refused
 *   generation 6   we join and claim p, as of generation 4, again; ...
 *
 * In 5 another member may have been given partitions, but none that was claimed, so in 6 p is claimed by us alone. With
 * a generation between that we did not join, or one whose leader may not know claims, that does not hold.
 */
export class JoinChain {
  private completed: JoinAnswer | undefined;
  private last: JoinAnswer | undefined;
  private isUnbroken = false;

  answered(answer: JoinAnswer): void {
    const { last } = this;
    this.last = answer;
    if (last?.memberId !== answer.memberId) {
      this.isUnbroken = false;
      return;
    }
    // The broker repeats its answer to a member that asks again with nothing new to say.
    if (answer.generation === last.generation) return;
    const wasGuarded = last.isGuarded || last.generation === this.completed?.generation;
    if (answer.generation !== last.generation + 1 || !wasGuarded) this.isUnbroken = false;
  }

  /** The last join has its assignment. Returns the generation that it goes on from; undefined when it starts anew. */
  complete(): number | undefined {
    const continues = this.isUnbroken ? this.completed?.generation : undefined;
    this.completed = this.last;
    this.isUnbroken = true;
    return continues;
  }
}
