import { Injectable } from '@nestjs/common';
import { RequiredTopics, type RequiredTopic } from '../kafka/index.js';
import type { HandlerDescription } from '../record/index.js';
import { FailureSettings } from './failure-settings.js';

const RETENTION_MS = 30 * 24 * 60 * 60 * 1000;
/** Room for our headers on top of the largest record of the source. */
const HEADER_ROOM_BYTES = 64 * 1024;

/** The dead-letter topic of each handler, as the transport's start asks for it. */
@Injectable()
export class DeadLetterTopics extends RequiredTopics {
  constructor(private readonly settings: FailureSettings) {
    super();
  }

  deadLetterTopicOf(handler: HandlerDescription): string {
    return this.settings.deadLetterTopicOf(handler);
  }

  of(handler: HandlerDescription): readonly RequiredTopic[] {
    return [
      {
        topic: this.settings.deadLetterTopicOf(handler),
        settings: (sourceMaxMessageBytes) => ({
          'max.message.bytes': String(sourceMaxMessageBytes + HEADER_ROOM_BYTES),
          'retention.ms': String(RETENTION_MS),
        }),
      },
    ];
  }
}
