import { Injectable } from '@nestjs/common';
import type { HandlerDescription } from '../../record/index.js';
import { Settings } from '../../config/index.js';
import { HandlerDeclarationError } from '../kafka.errors.js';
import { DEFAULT_HANDLER_TIMEOUT_MS, type HeadBlockedPolicy } from '../consumer/deadlines/index.js';
import type { Ordering } from '../consumer/ordering/index.js';
import { consumerGroupOf, type ConsumerGroupOptions } from './consumer-group.decorator.js';
import type { DeclaredBatch, DeclaredSink } from '../batches/index.js';
import type { FlushNow } from './buffer-flushes.js';
import { headBlockedPolicyOf, refuseImpossible } from './deadline-options.js';
import { gatheringOf } from './gathering-rules.js';
import {
  contractOf,
  type ControllerClass,
  type HandlerMethodMetadata,
} from './handler-metadata.js';
import { tombstonePolicyOf, type TombstonePolicy } from './tombstone.decorator.js';

const DEFAULT_CONCURRENCY = 64;
const DEFAULT_PARTITION_WINDOW = 10_000;

/** Nest's callback around a handler: guards, interceptors, pipes, the method, filters; or the method, called directly. */
export type HandlerCallback = (value: unknown, context: unknown) => unknown;

/** A handler of one topic in one group, with everything that its decorators and the environment say of it. */
export interface BoundHandler {
  readonly description: HandlerDescription;
  readonly callback: HandlerCallback;
  readonly ordering: Ordering;
  readonly concurrency: number;
  readonly partitionWindow: number;
  /** The deadline of one attempt. */
  readonly timeoutMs: number;
  readonly headBlocked: HeadBlockedPolicy;
  /** Whether the payload parameter is a class, so that the value must be an object that keeps its rules. */
  readonly hasContract: boolean;
  readonly tombstones: TombstonePolicy;
  /** Where it takes records together. */
  readonly batch?: DeclaredBatch | undefined;
  /** Where its promises wait for a flush. */
  readonly sink?: DeclaredSink | undefined;
  readonly flush?: FlushNow | undefined;
}

/** A method as it was found, with the name of its consumer. */
export interface FoundHandler extends HandlerMethodMetadata {
  readonly consumer: string;
}

/** Resolves found methods into bound handlers: decorators give defaults, the environment wins. */
@Injectable()
export class HandlerRegistry {
  private readonly handlers = new Map<string, BoundHandler>();
  private readonly declaredTopics = new Map<string, string[]>();

  constructor(private readonly settings: Settings) {}

  get all(): readonly BoundHandler[] {
    return [...this.handlers.values()];
  }

  /** Takes note of a method before it is bound, so that configured topics can replace declared ones by position. */
  declare(found: FoundHandler): void {
    const place = placeOf(found);
    if (found.isRequest) {
      throw new HandlerDeclarationError(
        `${place} is a @MessagePattern: Millrace consumes events and never replies, so use @EventPattern`,
      );
    }
    const topics = this.declaredTopics.get(found.consumer) ?? [];
    for (const pattern of found.patterns) {
      if (typeof pattern !== 'string') {
        throw new HandlerDeclarationError(
          `${place} has a pattern that is not a topic name: name each topic as text`,
        );
      }
      if (!topics.includes(pattern)) topics.push(pattern);
    }
    this.declaredTopics.set(found.consumer, topics);
  }

  /** Binds a declared method's callback to the topics that the pattern stands for, one unless more are configured. */
  bind(
    found: FoundHandler,
    pattern: string,
    callback: HandlerCallback,
    flush?: FlushNow,
  ): readonly HandlerDescription[] {
    const topics = this.configuredTopics(found, pattern);
    return topics.map((topic) => this.bindTopic(topic, found, callback, flush));
  }

  private bindTopic(
    topic: string,
    found: FoundHandler,
    callback: HandlerCallback,
    flush: FlushNow | undefined,
  ): HandlerDescription {
    const { consumer, controller, method, name } = found;
    const settings = this.settings.consumers.get(consumer);
    const options: ConsumerGroupOptions = consumerGroupOf(controller) ?? {};
    refuseImpossible(options, placeOf(found));
    const { kafka } = this.settings;
    const groupId = settings?.groupId ?? options.groupId ?? kafka.defaultGroupId;
    const handler = placeOf(found);
    const description = { consumer, groupId, topic, handler, controller, method };
    const timeoutMs =
      settings?.handlerTimeoutMs ?? options.handlerTimeoutMs ?? DEFAULT_HANDLER_TIMEOUT_MS;
    const headBlocked = headBlockedPolicyOf(settings, options);
    const { ordering } = options;
    const { batch, sink } = gatheringOf(found, { ordering, headBlocked, timeoutMs });
    this.add({
      description,
      callback,
      ordering: batch === undefined ? (ordering ?? 'key') : 'none',
      concurrency: settings?.concurrency ?? options.concurrency ?? DEFAULT_CONCURRENCY,
      partitionWindow: settings?.partitionWindow ?? DEFAULT_PARTITION_WINDOW,
      timeoutMs,
      headBlocked,
      hasContract: (batch?.contract ?? contractOf(controller, name)) !== undefined,
      tombstones: tombstonePolicyOf(method),
      batch,
      sink,
      flush,
    });
    return description;
  }

  private add(handler: BoundHandler): void {
    const { groupId, topic, handler: place } = handler.description;
    const key = JSON.stringify([groupId, topic]);
    const other = this.handlers.get(key);
    if (other !== undefined) {
      throw new HandlerDeclarationError(
        `${other.description.handler} and ${place} both handle topic ${topic} in group ${groupId}: ` +
          'give one of them another group with @ConsumerGroup, or join them into one handler',
      );
    }
    this.handlers.set(key, handler);
  }

  private configuredTopics(
    { consumer, controller }: FoundHandler,
    pattern: string,
  ): readonly string[] {
    const declared = this.declaredTopics.get(consumer)!;
    const configured = this.settings.consumers.get(consumer)?.topics;
    if (configured === undefined) return [pattern];
    const takesAll = consumerGroupOf(controller)?.topics === 'configured';
    if (takesAll && declared.length === 1) return configured;
    if (configured.length !== declared.length) {
      const key = `${consumer.toUpperCase().replaceAll('-', '_')}_TOPICS`;
      throw new HandlerDeclarationError(
        `${key} names ${configured.length} topics but consumer ${consumer} declares ${declared.length} ` +
          `(${declared.join(', ')}): name one for each, in that order`,
      );
    }
    return [configured[declared.indexOf(pattern)]!];
  }
}

function placeOf({ controller, name }: { controller: ControllerClass; name: string }): string {
  return `${controller.name}.${name}`;
}
