/**
 * Lets one party stop waiting for another's promise. What is given up goes on running, because nothing can stop it: its
 * later result is told and otherwise ignored, a rejection included.
 */
export class GivingUp {
  private readonly controller = new AbortController();
  private reject: ((error: Error) => void) | undefined;

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Settles as the promise does, or rejects as soon as it is given up; `late` is called once if it settles after that. */
  orGivenUp<Result>(promise: Promise<Result>, late: () => void): Promise<Result> {
    const givenUp = new Promise<never>((_resolve, reject) => (this.reject = reject));
    const end = (): void => {
      this.reject = undefined;
      if (this.signal.aborted) late();
    };
    promise.then(end, end);
    return Promise.race([promise, givenUp]);
  }

  /** Nothing happens when nobody waits. */
  now(error: Error): void {
    const { reject } = this;
    if (reject === undefined) return;
    this.reject = undefined;
    // First the signal: what stands around the handler finds its means taken away when the rejection reaches it.
    this.controller.abort(error);
    reject(error);
  }
}
