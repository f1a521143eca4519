import { Injectable } from '@nestjs/common';
import { OwnTopics, type OwnTopic } from '../kafka/index.js';
import type { HandlerDescription, KafkaRecord, RecordHistory } from '../record/index.js';
import { FailureSettings } from './failure-settings.js';
import { readHistory } from './record-history.js';

export function retryTopicOf({ topic, groupId }: HandlerDescription, level: number): string {
  return `${topic}.${groupId}.retry.${level}`;
}

/** The retry topics of each handler's group, and the one that takes its redriven records. */
@Injectable()
export class GroupTopics extends OwnTopics {
  constructor(private readonly settings: FailureSettings) {
    super();
  }

  of(handler: HandlerDescription): readonly OwnTopic[] {
    const { topic, groupId } = handler;
    const retries = this.settings.retryDelaysOf(handler).map((delayMs, index) => ({
      topic: retryTopicOf(handler, index + 1),
      level: index + 1,
      delayMs,
      isOptional: false,
    }));
    const redrive = { topic: `${topic}.${groupId}.redrive`, level: 0, delayMs: 0 };
    return [...retries, { ...redrive, isOptional: true }];
  }

  keepsOrder(handler: HandlerDescription): boolean {
    return this.settings.retryOrderOf(handler) === 'block';
  }

  historyOf(record: KafkaRecord, topic: OwnTopic): RecordHistory {
    return readHistory(record, topic);
  }
}
