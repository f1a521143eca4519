import { setTimeout as sleep } from 'node:timers/promises';
import type { ExecutionContext } from '@nestjs/common';
import { KafkaContext } from '@nestjs/microservices';
import type { Delivery, HandlerDescription, KafkaRecord, RecordHeader } from '../record/index.js';
import { TransportContext } from './transport-context.js';

const known = new WeakMap<KafkaContext, Delivery>();

/**
 * The delivery of a record that came through Nest's own Kafka transport, so that the policies can be used there with
 * `@UseInterceptors`. Undefined in our transport, which has applied them already around guards and filters, and outside
 * Kafka. Its limits are that transport's: keys and headers have been decoded, a suspended record holds its partition.
 */
export function standaloneDeliveryOf(host: ExecutionContext): Delivery | undefined {
  if (host.getType() !== 'rpc') return undefined;
  const context = host.switchToRpc().getContext<unknown>();
  if (!(context instanceof KafkaContext) || context instanceof TransportContext) return undefined;
  const delivery = known.get(context) ?? createDelivery(context, host);
  known.set(context, delivery);
  return delivery;
}

function createDelivery(context: KafkaContext, host: ExecutionContext): Delivery {
  const record = recordOf(context);
  return {
    record,
    origin: record,
    handler: describe(context, host),
    assignmentEpoch: 0,
    value: host.switchToRpc().getData<unknown>(),
    attempt: 1,
    failedAttempts: 0,
    firstFailedAt: undefined,
    signal: new AbortController().signal,
    suspend: async (until) => {
      await sleep(Math.max(0, until - Date.now()));
    },
  };
}

function describe(context: KafkaContext, host: ExecutionContext): HandlerDescription {
  const controller = host.getClass();
  const method = host.getHandler() as HandlerDescription['method'];
  return {
    consumer: controller.name,
    groupId: 'standalone',
    topic: context.getTopic(),
    handler: `${controller.name}.${method.name}`,
    controller,
    method,
  };
}

function recordOf(context: KafkaContext): KafkaRecord {
  const { key, value, offset, timestamp, headers } = context.getMessage();
  return {
    topic: context.getTopic(),
    partition: context.getPartition(),
    offset: Number(offset),
    timestamp: Number(timestamp),
    key: toBytes(key),
    value: toBytes(value),
    headers: Object.entries(headers ?? {}).flatMap(([name, content]) =>
      (Array.isArray(content) ? content : [content]).map((one): RecordHeader => [
        name,
        toBytes(one),
      ]),
    ),
  };
}

/** Nest's transport has turned bytes into text or JSON: this is the nearest to them that is left. */
function toBytes(content: unknown): Buffer | null {
  if (content === null || content === undefined) return null;
  if (Buffer.isBuffer(content)) return content;
  return Buffer.from(typeof content === 'string' ? content : JSON.stringify(content));
}
