import { Injectable } from '@nestjs/common';
import { RequiredTopics, type RequiredTopic } from '../kafka/index.js';
import type { HandlerDescription } from '../record/index.js';
import { FailureSettings } from './failure-settings.js';
import { GroupTopics } from './group-topics.js';

/** Also for retry topics: a service that is switched off for a while must find what waited. */
const RETENTION_MS = 30 * 24 * 60 * 60 * 1000;
/** Room for our headers on top of the largest record of the source. */
const HEADER_ROOM_BYTES = 64 * 1024;

/** The topics that failures of each handler go to, as the transport's start asks for them. */
@Injectable()
export class FailureTopics extends RequiredTopics {
  constructor(
    private readonly settings: FailureSettings,
    private readonly own: GroupTopics,
  ) {
    super();
  }

  deadLetterTopicOf(handler: HandlerDescription): string {
    return this.settings.deadLetterTopicOf(handler);
  }

  of(handler: HandlerDescription): readonly RequiredTopic[] {
    const keepsOrder = this.own.keepsOrder(handler);
    return [
      keptTopic(this.settings.deadLetterTopicOf(handler)),
      ...this.own.of(handler).map(({ topic, isOptional }) => ({
        ...keptTopic(topic),
        isOptional,
        needsEachPartition: keepsOrder && !isOptional,
      })),
    ];
  }
}

function keptTopic(topic: string): RequiredTopic {
  return {
    topic,
    settings: (sourceMaxMessageBytes) => ({
      'max.message.bytes': String(sourceMaxMessageBytes + HEADER_ROOM_BYTES),
      'retention.ms': String(RETENTION_MS),
    }),
  };
}
