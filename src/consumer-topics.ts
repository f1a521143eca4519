import { Injectable } from '@nestjs/common';
import { Settings } from './config/index.js';
import { FailureTopics } from './failures/index.js';
import { RequiredTopics, type RequiredTopic } from './kafka/index.js';
import type { HandlerDescription } from './record/index.js';

/** A consumer starts when the topics of its failures and those that it writes to itself are there. */
@Injectable()
export class ConsumerTopics extends RequiredTopics {
  constructor(
    private readonly settings: Settings,
    private readonly failures: FailureTopics,
  ) {
    super();
  }

  of(handler: HandlerDescription): readonly RequiredTopic[] {
    const outputs = this.settings.consumers.get(handler.consumer)?.outputTopics ?? [];
    return [...this.failures.of(handler), ...outputs.map(outputTopic)];
  }
}

/** Like its source: what was handled must fit into what comes of it. */
function outputTopic(topic: string): RequiredTopic {
  return {
    topic,
    settings: (sourceMaxMessageBytes) => ({ 'max.message.bytes': String(sourceMaxMessageBytes) }),
  };
}
