import { Injectable } from '@nestjs/common';
import { Settings } from '../config/index.js';
import { AdminClient, TopicReaderClient } from '../kafka/index.js';
import {
  ACTIONS_TOPIC,
  readActions,
  type Actions,
  type DeadLetterAction,
} from './actions/index.js';
import { DeadLetterRefusedError } from './dead-letter.errors.js';
import type { DeadLetter } from './dead-letter.js';
import { lettersOf } from './letters.js';
import type { Selection } from './selection.policy.js';
import { Summary } from './summary.js';

/** How dead-letter topics are called: by us, and by default in Spring, SmallRye, Connect's guides and Watermill's. */
const CUSTOMARY_NAME =
  /(?:[.\-_](?:dlq|dlt|dead[.\-_]letters?)$)|(?:^dead[.\-_]letter)|(?:[.\-_]poison(?:ed)?$)/i;

export interface ShownDeadLetter {
  readonly letter: DeadLetter;
  readonly action: DeadLetterAction | undefined;
  /** Every dead letter of the same record in this topic, oldest first, itself included. */
  readonly history: readonly DeadLetter[];
}

/** Looks at dead-letter topics. Reads committed records, joins no group, commits nothing, writes nothing. */
@Injectable()
export class DeadLetterBrowser {
  constructor(
    private readonly settings: Settings,
    private readonly admin: AdminClient,
  ) {}

  /** Of the cluster's topics those that are named, and those that are called as such topics are. */
  async topics(named: readonly string[]): Promise<string[]> {
    const existing = await this.admin.listTopics();
    const isWanted = (topic: string): boolean =>
      named.includes(topic) || CUSTOMARY_NAME.test(topic);
    return existing.filter((topic) => topic !== ACTIONS_TOPIC.topic && isWanted(topic)).sort();
  }

  async summarise(topic: string, selection: Selection = {}): Promise<Summary> {
    return this.reading(topic, (reader, actions) => summaryOf(reader, actions, topic, selection));
  }

  /** Several topics one after the other; one that is deleted meanwhile is left out. */
  async *summariseAll(
    topics: readonly string[],
    selection: Selection = {},
  ): AsyncGenerator<{ topic: string; summary: Summary }> {
    const actions = await this.actions(await this.admin.listTopics());
    for (const topic of topics) {
      const summary = await this.summariseOne(topic, actions, selection);
      if (summary !== undefined) yield { topic, summary };
    }
  }

  /** The first `limit` that are selected, with what was done with each. */
  async list(
    topic: string,
    selection: Selection,
    limit: number,
  ): Promise<{ letter: DeadLetter; action: DeadLetterAction | undefined }[]> {
    return this.reading(topic, async (reader, actions) => {
      const found: { letter: DeadLetter; action: DeadLetterAction | undefined }[] = [];
      const bounds = await reader.bounds(topic);
      for await (const letters of lettersOf(reader, { topic, bounds, selection })) {
        for (const letter of letters) found.push({ letter, action: actions.get(letter.id) });
        if (found.length >= limit) break;
      }
      return found.slice(0, limit);
    });
  }

  /** One dead letter, or undefined when the topic does not have it (any more). */
  async show(
    topic: string,
    place: { partition: number; offset: number },
  ): Promise<ShownDeadLetter | undefined> {
    return this.reading(topic, async (reader, actions) => {
      const bounds = await reader.bounds(topic);
      const found = await collect(
        lettersOf(reader, { topic, bounds, selection: { places: [place] } }),
      );
      const letter = found[0];
      if (letter === undefined) return undefined;
      const selection = { ids: [letter.id] };
      const history = await collect(lettersOf(reader, { topic, bounds, selection }));
      history.sort((left, right) => left.failedAtMs - right.failedAtMs);
      return { letter, action: actions.get(letter.id), history };
    });
  }

  private async reading<Result>(
    topic: string,
    work: (reader: TopicReaderClient, actions: Actions) => Promise<Result>,
  ): Promise<Result> {
    const existing = await this.admin.listTopics();
    if (!existing.includes(topic)) {
      throw new DeadLetterRefusedError(`topic ${topic} does not exist`, { context: { topic } });
    }
    const actions = await this.actions(existing);
    return this.withReader((reader) => work(reader, actions));
  }

  private async actions(existing: readonly string[]): Promise<Actions> {
    if (!existing.includes(ACTIONS_TOPIC.topic)) return new Map();
    return this.withReader((reader) => readActions(reader, 'committed'));
  }

  private async summariseOne(
    topic: string,
    actions: Actions,
    selection: Selection,
  ): Promise<Summary | undefined> {
    try {
      // A client for each topic: kafkajs asks for all topics of a client together, and one that is gone spoils the rest.
      return await this.withReader((reader) => summaryOf(reader, actions, topic, selection));
    } catch (error) {
      if ((await this.admin.listTopics()).includes(topic)) throw error;
      return undefined;
    }
  }

  private async withReader<Result>(
    work: (reader: TopicReaderClient) => Promise<Result>,
  ): Promise<Result> {
    const reader = new TopicReaderClient(this.settings.kafka);
    try {
      return await work(reader);
    } finally {
      await reader.close();
    }
  }
}

async function summaryOf(
  reader: TopicReaderClient,
  actions: Actions,
  topic: string,
  selection: Selection,
): Promise<Summary> {
  const summary = new Summary(actions);
  const bounds = await reader.bounds(topic);
  for await (const letters of lettersOf(reader, { topic, bounds, selection })) {
    for (const letter of letters) summary.add(letter);
  }
  return summary;
}

async function collect(letters: AsyncGenerator<DeadLetter[]>): Promise<DeadLetter[]> {
  const found: DeadLetter[] = [];
  for await (const part of letters) found.push(...part);
  return found;
}
