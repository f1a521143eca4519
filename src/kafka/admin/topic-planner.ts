import { Injectable } from '@nestjs/common';
import type { HandlerDescription } from '../../record/index.js';
import { AdminClient } from '../client/index.js';
import { RequiredTopics, type RequiredTopic } from '../ports/index.js';
import { faultsOf, type TopicShape } from './topic-fit.policy.js';
import { SOURCE_MAX_MESSAGE_BYTES, SOURCE_PARTITIONS } from './topic-guard.js';

/** A topic that belongs to a source, or a source itself when `source` is its own name. */
export interface WantedTopic {
  readonly required: RequiredTopic;
  /** Undefined for a topic that belongs to none: it gets one partition. */
  readonly source?: string;
}

export interface PlannedTopic extends WantedTopic {
  readonly topic: string;
  readonly state: 'fits' | 'missing' | 'does not fit';
  readonly faults: readonly string[];
  readonly wanted: TopicShape;
}

const SOURCE_SETTINGS = { 'max.message.bytes': String(SOURCE_MAX_MESSAGE_BYTES) };

/** Compares the topics that handlers need with those that exist, and creates what is missing. Never changes a topic. */
@Injectable()
export class TopicPlanner {
  constructor(
    private readonly admin: AdminClient,
    private readonly requiredTopics: RequiredTopics,
  ) {}

  /** Each handler's source, and what its policies write to. */
  topicsOf(handlers: readonly HandlerDescription[]): WantedTopic[] {
    return handlers.flatMap((handler) => {
      const { topic: source } = handler;
      const own = { required: { topic: source, settings: () => ({}) }, source };
      return [own, ...this.requiredTopics.of(handler).map((required) => ({ required, source }))];
    });
  }

  /** In the order given, each topic once. */
  async plan(wanted: readonly WantedTopic[]): Promise<PlannedTopic[]> {
    const existing = new Set(await this.admin.listTopics());
    const planned = new Map<string, PlannedTopic>();
    for (const one of wanted) {
      const { topic } = one.required;
      if (planned.has(topic)) continue;
      const shape = await this.shapeFor(one, existing);
      const faults = existing.has(topic) ? faultsOf(shape, await this.found(topic, shape)) : [];
      const present = faults.length === 0 ? 'fits' : 'does not fit';
      const state = existing.has(topic) ? present : 'missing';
      planned.set(topic, { ...one, topic, state, faults, wanted: shape });
    }
    return [...planned.values()];
  }

  /** Creates what is missing, sources first, as the others take after them. Returns the names. */
  async create(planned: readonly PlannedTopic[]): Promise<string[]> {
    const missing = planned.filter(({ state }) => state === 'missing');
    await this.admin.createTopics(
      missing.map(({ topic, source, wanted }) => ({
        topic,
        partitions: wanted.partitions,
        settings: topic === source ? SOURCE_SETTINGS : Object.fromEntries(wanted.settings),
      })),
    );
    return missing.map(({ topic }) => topic);
  }

  private async shapeFor(
    { required, source }: WantedTopic,
    existing: ReadonlySet<string>,
  ): Promise<TopicShape> {
    const like = source !== undefined && existing.has(source) ? source : undefined;
    const maxBytes = like === undefined ? undefined : await this.admin.maxMessageBytes(like);
    const settings = required.settings(maxBytes ?? SOURCE_MAX_MESSAGE_BYTES);
    const counts = like === undefined ? undefined : await this.admin.partitionCounts([like]);
    const standalone = source === undefined ? 1 : SOURCE_PARTITIONS;
    return {
      partitions: counts?.get(like!) ?? standalone,
      settings: new Map(Object.entries(settings)),
    };
  }

  private async found(topic: string, { settings }: TopicShape): Promise<TopicShape> {
    const counts = await this.admin.partitionCounts([topic]);
    return {
      partitions: counts.get(topic)!,
      settings:
        settings.size === 0
          ? new Map()
          : await this.admin.topicSettings(topic, [...settings.keys()]),
    };
  }
}
