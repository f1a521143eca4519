import { Injectable, Logger } from '@nestjs/common';
import { Settings } from '../config/index.js';
import {
  TransactionalProducer,
  type TransactedPartition,
  type TransactionCounts,
  type TransactionPlan,
} from '../kafka/index.js';
import type { HandlerDescription } from '../record/index.js';
import { collectOutputs } from './handler-outputs.js';
import { PartitionSession, type PartitionSessionOptions } from './session/index.js';
import { transactionRulesOf } from './transaction-rules.js';

/** How the records of transactional handlers are committed. One transactional id for each partition that is read. */
@Injectable()
export class Transactions {
  private readonly logger = new Logger(Transactions.name);
  private readonly plans = new WeakMap<HandlerDescription, TransactionPlan>();

  constructor(private readonly settings: Settings) {}

  /** Undefined for a handler that is not transactional; the same one each time. Refuses what nobody could keep. */
  planFor(handler: HandlerDescription): TransactionPlan | undefined {
    const known = this.plans.get(handler);
    if (known !== undefined) return known;
    const rules = transactionRulesOf(handler);
    if (rules === undefined) return undefined;
    const counts: TransactionCounts = { committed: 0, aborted: 0, fenced: 0 };
    const broker = { takesMetadata: true };
    const plan: TransactionPlan = {
      counts,
      collect: collectOutputs,
      open: (partition) => this.open(partition, { rules, counts, broker }),
    };
    this.plans.set(handler, plan);
    return plan;
  }

  private open(
    partition: TransactedPartition,
    shared: Pick<PartitionSessionOptions, 'rules' | 'counts' | 'broker'>,
  ): PartitionSession {
    const { groupId, topic, partition: number } = partition;
    const { timeoutMs } = shared.rules;
    const transactionalId = transactionalIdOf(partition);
    return new PartitionSession({
      partition,
      ...shared,
      names: { transactionalId, groupId, topic, partition: number, timeoutMs },
      logger: this.logger,
      createProducer: () =>
        new TransactionalProducer(this.settings.kafka, { transactionalId, timeoutMs }),
    });
  }
}

/** A colon stands in no topic's name: with a dot two groups could have one id between them, and fence each other. */
export function transactionalIdOf(
  place: Pick<TransactedPartition, 'groupId' | 'topic' | 'partition'>,
): string {
  return `${place.groupId}:${place.topic}:${place.partition}`;
}
