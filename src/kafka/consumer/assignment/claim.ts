/** One partition of one topic. */
export interface Place {
  readonly topic: string;
  readonly partition: number;
}

/** What a member says, when it joins, about the partitions that it still works on. */
export interface Claim {
  /** The generation whose assignment gave them to it. */
  readonly generation: number;
  /** It is about to leave and wants nothing new. */
  readonly isLeaving: boolean;
  readonly owned: readonly Place[];
  /** Taken from it, with handlers under way or results to commit: nobody else may have them yet. */
  readonly draining: readonly Place[];
}
