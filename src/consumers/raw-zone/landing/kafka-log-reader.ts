import { Injectable } from '@nestjs/common';
import { Settings } from '../../../config/index.js';
import { TopicReaderClient } from '../../../kafka/index.js';
import type { KafkaRecord } from '../../../record/index.js';
import type { LogPlace } from '../domain/index.js';
import { LogReader } from './log-witness.js';

/** Reads by a connection of its own, made for each question: they are few. */
@Injectable()
export class KafkaLogReader extends LogReader {
  constructor(private readonly settings: Settings) {
    super();
  }

  async recordAt(
    { topic, partition }: LogPlace,
    offset: number,
  ): Promise<KafkaRecord | 'behind the end' | 'gone'> {
    const reader = new TopicReaderClient(this.settings.kafka);
    try {
      const bounds = await reader.bounds(topic, 'written');
      const end = bounds.find((one) => one.partition === partition)?.end ?? 0;
      if (offset >= end) return 'behind the end';
      const range = { topic, partition, from: offset, to: offset + 1 };
      for await (const [record] of reader.read(range)) return record ?? 'gone';
      return 'gone';
    } finally {
      await reader.close();
    }
  }
}
