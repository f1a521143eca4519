/** Which callbacks of an event have been called, and how each call ended. */
export abstract class CallbackLedger {
  /** Whether the caller is inside a transaction, whose work is kept or lost as a whole. */
  abstract readonly isInTransaction: boolean;

  /** The names of the callbacks that are done with the event. */
  abstract doneWith(eventId: string): Promise<ReadonlySet<string>>;

  /**
   * Runs the work in a transaction together with the mark that says that the callback is done, and not at all when it
   * is done already. Never twice at once: a second caller waits for the first one's end. Work that rejects leaves
   * no mark, and its error passes as it is.
   */
  abstract runOnce(eventId: string, callback: string, work: () => Promise<void>): Promise<void>;

  /** Notes a call that failed, for people to read. */
  abstract noteFailure(eventId: string, callback: string, errorClass: string): Promise<void>;
}
