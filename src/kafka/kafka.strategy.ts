import { Injectable } from '@nestjs/common';
import { ServerKafka, type MessageHandler } from '@nestjs/microservices';
import { Settings } from '../config/index.js';
import { ConsumerGroups } from './consumer-groups.js';
import {
  BufferFlushes,
  FOUND_HANDLER,
  HandlerCalls,
  HandlerRegistry,
  type FoundHandler,
} from './handlers/index.js';
import { HandlerDeclarationError } from './kafka.errors.js';

/**
 * Nest's door to the transport: plain `@EventPattern` controllers work as with Nest's own Kafka server, which it
 * extends, but offsets, order, failures and shutdown are ours. It starts consuming in the background: a broker that is
 * down at start shows in health and does not keep the application from starting.
 */
@Injectable()
export class KafkaStrategy extends ServerKafka {
  constructor(
    private readonly settings: Settings,
    private readonly registry: HandlerRegistry,
    private readonly calls: HandlerCalls,
    private readonly flushes: BufferFlushes,
    private readonly groups: ConsumerGroups,
  ) {
    const { brokers, clientId, defaultGroupId } = settings.kafka;
    // No postfix: Nest would append "-server" to the group's id, which lag tools and ACLs would then have to know.
    super({
      client: { brokers: [...brokers], clientId },
      consumer: { groupId: defaultGroupId },
      postfixId: '',
    });
  }

  override addHandler(
    pattern: unknown,
    callback: MessageHandler,
    _isEventHandler = false,
    extras: Record<string | symbol, unknown> = {},
  ): void {
    const found = extras[FOUND_HANDLER] as FoundHandler | undefined;
    if (found === undefined) {
      throw new HandlerDeclarationError(
        `the handler of ${String(pattern)} was bound before HandlerDiscovery ran: run it before connectMicroservice`,
      );
    }
    const call = this.calls.callbackFor(found, callback as never);
    const flush = this.flushes.of(found);
    const bound = this.registry.bind(found, pattern as string, call, flush);
    Object.assign(callback, { isEventHandler: true, extras });
    // Not by pattern alone, as the base class does: it would chain the handlers of two groups into one.
    for (const { groupId, topic } of bound)
      this.messageHandlers.set(JSON.stringify([groupId, topic]), callback);
  }

  override listen(callback: (error?: unknown, ...optional: unknown[]) => void): Promise<void> {
    this.groups.start();
    callback();
    return Promise.resolve();
  }

  /** Nest closes its transports after its HTTP server, too late for us: by then the groups have stopped already. */
  override async close(): Promise<void> {
    await this.groups.stop(performance.now() + this.settings.shutdownTimeoutMs);
  }
}
