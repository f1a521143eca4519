import type { HandlerDescription, KafkaRecord, RecordHistory } from '../../record/index.js';

/** A topic of the group's own beside a source, which the group reads together with it. */
export interface OwnTopic {
  readonly topic: string;
  /** 0: a redrive topic, whose records start at once. From 1 on: a retry topic, in the order of the attempts. */
  readonly level: number;
  /** How long its records wait at least. */
  readonly delayMs: number;
  /** Read when it exists, and not missed when it does not. */
  readonly isOptional: boolean;
}

/** The topics of a group's own beside its sources, and what their records say of themselves. */
export abstract class OwnTopics {
  /** Asked once per handler, at start. */
  abstract of(handler: HandlerDescription): readonly OwnTopic[];
  /** Whether later records of a key go behind the one that waits in a retry topic. */
  abstract keepsOrder(handler: HandlerDescription): boolean;
  /** Never throws: what a record does not say, or not readably, is as if it had begun on that topic. */
  abstract historyOf(record: KafkaRecord, topic: OwnTopic): RecordHistory;
}
