import { AsyncResource } from 'node:async_hooks';

interface Waiting<Request, Reply> {
  readonly request: Request;
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: unknown) => void;
}

export interface BatchLimits {
  readonly size: number;
  readonly underWay: number;
  /** Fewer are not worth a question of their own. */
  readonly least?: number;
}

/**
 * Collects what is asked in one turn of the event loop into one question, and while as many as allowed are under way
 * also what is asked meanwhile. What is worth it is divided among as many questions as may be under way: while one is
 * answered, the other's answers are worked on here, and neither side waits for the other. A question that fails fails everybody in it. It is asked outside of what any of them runs
 * in: no caller's transaction or deadline is the others'.
 */
export class RequestBatches<Request, Reply> {
  readonly #outside = new AsyncResource('RequestBatches');
  readonly #waiting: Waiting<Request, Reply>[] = [];
  #underWay = 0;
  #isScheduled = false;

  constructor(
    private readonly ask: (requests: readonly Request[]) => Promise<readonly Reply[]>,
    private readonly limits: BatchLimits,
  ) {}

  add(request: Request): Promise<Reply> {
    const reply = new Promise<Reply>((resolve, reject) => {
      this.#waiting.push({ request, resolve, reject });
    });
    this.#schedule();
    return reply;
  }

  #schedule(): void {
    if (this.#isScheduled || this.#waiting.length === 0) return;
    if (this.#underWay >= this.limits.underWay) return;
    this.#isScheduled = true;
    this.#outside.runInAsyncScope(() => {
      setImmediate(() => {
        this.#isScheduled = false;
        const { underWay } = this.limits;
        while (this.#waiting.length > 0 && this.#underWay < underWay) {
          void this.#send(this.#waiting.splice(0, this.#share(underWay - this.#underWay)));
        }
      });
    });
  }

  #share(questions: number): number {
    const { size, least = size } = this.limits;
    return Math.min(size, Math.max(least, Math.ceil(this.#waiting.length / questions)));
  }

  async #send(batch: readonly Waiting<Request, Reply>[]): Promise<void> {
    this.#underWay += 1;
    try {
      const replies = await this.ask(batch.map(({ request }) => request));
      for (let index = 0; index < batch.length; index += 1) batch[index]!.resolve(replies[index]!);
    } catch (error) {
      for (const { reject } of batch) reject(error);
    } finally {
      this.#underWay -= 1;
      this.#schedule();
    }
  }
}
