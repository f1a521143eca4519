import { DEFAULT_REDRIVE_LIMIT } from '../../config/index.js';
import { DeadLetterRefusedError } from '../dead-letter.errors.js';
import type { DeadLetter } from '../dead-letter.js';
import { redriveTopicOf } from './redriven-record.js';

/** A consumer's part in redriving: who reads what, and how often one record may come again. */
export interface RedriveRules {
  readonly topic: string;
  readonly groupId: string;
  readonly redriveLimit: number;
}

/** Where dead letters go, and how often. */
export class Targets {
  constructor(
    private readonly rules: readonly RedriveRules[],
    private readonly explicit?: string,
  ) {}

  /**
   * What the operator named; else the redrive topic of the group that gave the record up, for our own dead letters
   * alone: others' headers are no promise that somebody reads such a topic.
   */
  of(letter: DeadLetter): string | undefined {
    if (this.explicit !== undefined) return this.explicit;
    const { dialect, originalTopic, consumerGroup } = letter;
    if (dialect !== 'millrace' || originalTopic === undefined || consumerGroup === undefined)
      return undefined;
    return redriveTopicOf(originalTopic, consumerGroup);
  }

  limitOf({ originalTopic, consumerGroup }: DeadLetter): number {
    const rule = this.rules.find(
      ({ topic, groupId }) => topic === originalTopic && groupId === consumerGroup,
    );
    return rule?.redriveLimit ?? DEFAULT_REDRIVE_LIMIT;
  }

  /** Refuses a named topic that is neither a consumer's source, nor its redrive topic, nor where the dead letter came from. */
  check(letter: DeadLetter): void {
    const { explicit } = this;
    if (explicit === undefined || explicit === letter.originalTopic) return;
    const ours = this.rules.flatMap(({ topic, groupId }) => [
      topic,
      redriveTopicOf(topic, groupId),
    ]);
    if (ours.includes(explicit)) return;
    throw new DeadLetterRefusedError(
      `--to ${explicit} is not allowed: name the dead letters' own source` +
        `${letter.originalTopic === undefined ? '' : ` (${letter.originalTopic})`}, a consumer's source or its redrive topic`,
    );
  }
}
