/** What keeps records waiting. */
export interface WaitStatus {
  readonly dependency: string;
  readonly detail: string;
  readonly records: number;
  /** The record of the lowest offset that waits for it, as `topic-partition@offset`. */
  readonly first: string;
}
