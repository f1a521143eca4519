import { Injectable } from '@nestjs/common';
import { classify } from '../../../failures/index.js';
import type { RecordContext } from '../../../kafka/index.js';
import { describeError } from '../../../observability/index.js';
import { DeliveryAbandoned } from '../../../record/index.js';
import type { RunEvent } from '../domain/index.js';
import { CallbackLedger } from '../persistence/index.js';
import { errorOf, type CallbackFailure } from './callback-failure.policy.js';
import { CallbackRegistry } from './callback-registry.js';
import type { WorkflowCallback } from './workflow-callback.js';

/**
 * Calls an event's callbacks, one after another, each in a transaction of its own with the mark that it is done. One
 * that fails keeps no other from being called, and has none called again: the attempt at the record fails when each has
 * had its call, and the next attempt calls those without a mark. One that cannot pass is not called again while its
 * record is under way here; in a retry topic, after a crash and after a redrive it is.
 *
 * Inside a transaction of the caller's, where marks cannot be kept while the rest is rolled back, the first that fails
 * ends the attempt: then all of them are done, or none is.
 */
@Injectable()
export class CallbackRunner {
  /** By the delivery, which outlives its attempts. */
  private readonly hopeless = new WeakMap<object, Map<string, CallbackFailure>>();

  constructor(
    private readonly registry: CallbackRegistry,
    private readonly ledger: CallbackLedger,
  ) {}

  /** Resolves when all are done. */
  async run(event: RunEvent, context: RecordContext): Promise<void> {
    const wanting = this.registry.wanting(event.type);
    if (wanting.length === 0) return;
    const done = await this.ledger.doneWith(event.id);
    const hopeless = this.hopelessOf(context);
    const failures: CallbackFailure[] = [];
    for (const callback of wanting.filter(({ name }) => !done.has(name))) {
      const failure = hopeless.get(callback.name) ?? (await this.call(callback, event, context));
      if (failure === undefined) continue;
      failures.push(failure);
      if (failure.kind === 'permanent') hopeless.set(callback.name, failure);
      if (this.ledger.isInTransaction) break;
    }
    const error = errorOf(failures);
    if (error !== undefined) throw error;
  }

  private async call(
    callback: WorkflowCallback,
    event: RunEvent,
    context: RecordContext,
  ): Promise<CallbackFailure | undefined> {
    const { attempt, origin, signal } = context;
    // Past the deadline no more is begun.
    signal.throwIfAborted();
    try {
      await this.ledger.runOnce(event.id, callback.name, () =>
        callback.call(event, { attempt, origin, signal }),
      );
      return undefined;
    } catch (error) {
      if (error instanceof DeliveryAbandoned) throw error;
      const failure = judge(callback.name, error);
      const isNoted = failure.kind !== 'waiting' && !this.ledger.isInTransaction;
      if (isNoted)
        await this.ledger.noteFailure(event.id, callback.name, describeError(error).class);
      return failure;
    }
  }

  private hopelessOf({ delivery }: RecordContext): Map<string, CallbackFailure> {
    const known = this.hopeless.get(delivery) ?? new Map<string, CallbackFailure>();
    this.hopeless.set(delivery, known);
    return known;
  }
}

function judge(callback: string, error: unknown): CallbackFailure {
  const judged = classify(error);
  const { message } = describeError(error);
  const failure = { callback, error, message };
  switch (judged.kind) {
    case 'waiting':
      return { ...failure, kind: 'waiting', dependency: judged.dependency };
    case 'transient':
      return { ...failure, kind: 'passing', retryAfterMs: judged.retryAfterMs };
    case 'unknown':
      return { ...failure, kind: 'passing' };
    case 'permanent':
      return { ...failure, kind: 'permanent' };
  }
}
