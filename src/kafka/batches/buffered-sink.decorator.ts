import { SetMetadata } from '@nestjs/common';
import type { ByteAmount, WaitingTime } from './batch.decorator.js';

export interface BufferedSinkOptions {
  /** The records with which the buffer is flushed at the latest. */
  readonly maxRecords: number;
  /** The bytes of their keys and values with which it is flushed at the latest; by records and time alone without it. */
  readonly maxBytes?: ByteAmount;
  /** The longest time until a flush has ended. A record's deadline counts it, so it has to be below that. */
  readonly maxWait?: WaitingTime;
}

export const BUFFERED_SINK_METADATA = 'millrace:buffered-sink';
const FLUSH_METADATA = 'millrace:flush-buffer';

/**
 * The handler buffers: its promise resolves when the flush that its record went with is durable. Records are handed over
 * in the order of offsets without waiting for it and take no slot meanwhile. Needs `ordering: 'none'`, and a method of
 * its controller with `@FlushBuffer()`.
 */
export function BufferedSink(options: BufferedSinkOptions): MethodDecorator {
  return SetMetadata(BUFFERED_SINK_METADATA, options);
}

/**
 * The method is told to flush at once, with the partitions that are to be given up or stopped; nothing of them is handed
 * over after it. They go when the promises of their records have settled, or their time is over.
 */
export function FlushBuffer(): MethodDecorator {
  return SetMetadata(FLUSH_METADATA, true);
}

export function bufferedSinkOptionsOf(method: object): BufferedSinkOptions | undefined {
  return Reflect.getMetadata(BUFFERED_SINK_METADATA, method) as BufferedSinkOptions | undefined;
}

/** The names of a controller's methods that are told to flush, inherited ones included. */
export function flushMethodsOf(
  controller: abstract new (...parameters: never[]) => object,
): string[] {
  const names = new Set<string>();
  for (
    let prototype = controller.prototype as object | null;
    prototype !== null && prototype !== Object.prototype;
    prototype = Object.getPrototypeOf(prototype) as object | null
  ) {
    for (const name of Object.getOwnPropertyNames(prototype)) {
      const method: unknown = Object.getOwnPropertyDescriptor(prototype, name)?.value;
      if (typeof method !== 'function') continue;
      if (Reflect.getMetadata(FLUSH_METADATA, method) === true) names.add(name);
    }
  }
  return [...names];
}
