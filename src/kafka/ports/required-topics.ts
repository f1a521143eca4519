import type { HandlerDescription } from '../../record/index.js';

/** A topic that a handler's policies write to. Created with as many partitions as its source. */
export interface RequiredTopic {
  readonly topic: string;
  /** Created like the others, and not missed when it does not exist. */
  readonly isOptional?: boolean;
  /** What goes together is partition n of source and topic, so it must have at least as many. */
  readonly needsEachPartition?: boolean;
  /** Kafka's topic settings, given the source's `max.message.bytes`. */
  settings(sourceMaxMessageBytes: number): Readonly<Record<string, string>>;
}

/** The topics that must exist, beside a handler's source, before its consumer starts. */
export abstract class RequiredTopics {
  abstract of(handler: HandlerDescription): readonly RequiredTopic[];
}
