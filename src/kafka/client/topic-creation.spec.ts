import { describe, expect, it } from '@jest/globals';
import type { ITopicMetadata } from 'kafkajs';
import { createTopics } from './topic-creation.js';

const unknown = Object.assign(new Error('unknown'), { type: 'UNKNOWN_TOPIC_OR_PARTITION' });

function known(...leaders: number[]): { topics: ITopicMetadata[] } {
  const partitions = leaders.map((leader, partitionId) => ({
    partitionErrorCode: 0,
    partitionId,
    leader,
    replicas: [],
    isr: [],
  }));
  return { topics: [{ name: 'orders', partitions }] };
}

/** Gives these answers one after the other, and then always the last. */
function brokersWith(...answers: (Error | { topics: ITopicMetadata[] })[]) {
  const asked: string[] = [];
  return {
    asked,
    createTopics: () => {
      asked.push('create');
      return Promise.resolve(true);
    },
    fetchTopicMetadata: () => {
      asked.push('metadata');
      const answer = answers.length > 1 ? answers.shift()! : answers[0]!;
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
  };
}

describe('creating topics', () => {
  it('waits for a broker that has not heard of the topic, and for the partitions without a leader', async () => {
    const brokers = brokersWith(unknown, known(1, -1), known(1, 2));
    await createTopics(brokers, [{ topic: 'orders' }], { pollMs: 1 });
    expect(brokers.asked).toEqual(['create', 'metadata', 'metadata', 'metadata']);
  });

  it('gives up with the broker’s own answer', async () => {
    const brokers = brokersWith(unknown);
    const created = createTopics(brokers, [{ topic: 'orders' }], { pollMs: 1, withinMs: 5 });
    await expect(created).rejects.toBe(unknown);
  });

  it('does not wait out any other trouble', async () => {
    const gone = new Error('connection closed');
    const brokers = brokersWith(gone, known(1));
    const created = createTopics(brokers, [{ topic: 'orders' }], { pollMs: 1 });
    await expect(created).rejects.toBe(gone);
  });
});
