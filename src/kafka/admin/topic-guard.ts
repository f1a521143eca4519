import { Injectable, Logger } from '@nestjs/common';
import { Settings } from '../../config/index.js';
import { AdminClient } from '../client/index.js';
import type { BoundHandler } from '../handlers/index.js';
import { RequiredTopics, type RequiredTopic } from '../ports/index.js';

/** What source topics get when we create them. */
export const SOURCE_PARTITIONS = 12;
export const SOURCE_MAX_MESSAGE_BYTES = 10 * 1024 * 1024;

/**
 * Sees to the topics that a handler needs before it starts: its source and what its policies write to. Missing ones are
 * created where `KAFKA_AUTO_CREATE_TOPICS` allows it, otherwise named. Topics that exist are never changed.
 */
@Injectable()
export class TopicGuard {
  private readonly logger = new Logger(TopicGuard.name);

  constructor(
    private readonly settings: Settings,
    private readonly admin: AdminClient,
    private readonly requiredTopics: RequiredTopics,
  ) {}

  /** The topics that these handlers still lack. Rejects while no broker answers. */
  async missing(handlers: readonly BoundHandler[]): Promise<string[]> {
    const existing = new Set(await this.admin.listTopics());
    const missing: string[] = [];
    for (const { description } of handlers) {
      const required = this.requiredTopics
        .of(description)
        .filter(({ topic }) => !existing.has(topic));
      const isSourceMissing = !existing.has(description.topic);
      if (this.settings.kafka.autoCreateTopics) {
        if (isSourceMissing) await this.createSource(description.topic);
        for (const topic of required) await this.createRequired(topic, description.topic);
      } else {
        if (isSourceMissing) missing.push(description.topic);
        const needed = required.filter(({ isOptional }) => isOptional !== true);
        missing.push(...needed.map(({ topic }) => topic));
      }
    }
    return [...new Set(missing)];
  }

  /** The topics that exist and do not fit, in words. Rejects while no broker answers. */
  async unfit(handlers: readonly BoundHandler[]): Promise<string[]> {
    const faults: string[] = [];
    for (const { description } of handlers) {
      const { topic: source, consumer } = description;
      const required = this.requiredTopics.of(description);
      const topics = required.filter(({ needsEachPartition }) => needsEachPartition === true);
      if (topics.length === 0) continue;
      const counts = await this.admin.partitionCounts([
        source,
        ...topics.map(({ topic }) => topic),
      ]);
      const wanted = counts.get(source)!;
      for (const { topic } of topics) {
        const found = counts.get(topic)!;
        if (found >= wanted) continue;
        faults.push(
          `${topic} has ${found} partitions and its source ${wanted}: add partitions, or let consumer ${consumer} ` +
            'give up the order of keys that are retried (RETRY_ORDER=skip)',
        );
      }
    }
    return faults;
  }

  private async createSource(topic: string): Promise<void> {
    await this.admin.createTopics([
      {
        topic,
        partitions: SOURCE_PARTITIONS,
        settings: { 'max.message.bytes': String(SOURCE_MAX_MESSAGE_BYTES) },
      },
    ]);
    this.logger.log('topic created', { topic, partitions: SOURCE_PARTITIONS });
  }

  private async createRequired(required: RequiredTopic, source: string): Promise<void> {
    const { topic } = required;
    const partitions =
      (await this.admin.partitionCounts([source])).get(source) ?? SOURCE_PARTITIONS;
    const settings = required.settings(await this.admin.maxMessageBytes(source));
    await this.admin.createTopics([{ topic, partitions, settings }]);
    this.logger.log('topic created', { topic, partitions });
  }
}
