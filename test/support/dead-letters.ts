import type { TestRecord } from './test-kafka.js';

export interface TestDeadLetter {
  readonly source: string;
  readonly group: string;
  readonly partition?: number;
  readonly offset: number;
  readonly redriveCount?: number;
  readonly key?: string;
}

/** A dead letter as the service writes it. Its value names its origin. */
export function testDeadLetter(letter: TestDeadLetter): TestRecord {
  const { source, group, partition = 0, offset, redriveCount = 0, key = 'k' } = letter;
  return {
    key,
    partition,
    value: `${source} ${partition}:${offset}`,
    headers: {
      'x-own': 'kept',
      'x-dlq-reason': 'non-retryable',
      'x-dlq-error-class': 'PermanentError',
      'x-dlq-original-topic': source,
      'x-dlq-original-partition': String(partition),
      'x-dlq-original-offset': String(offset),
      'x-dlq-original-timestamp': '1767225600000',
      'x-dlq-consumer-group': group,
      'x-dlq-id': `${source} ${group} ${partition}:${offset}`,
      'x-dlq-redrive-count': String(redriveCount),
    },
  };
}
