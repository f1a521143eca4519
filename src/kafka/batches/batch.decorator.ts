import { SetMetadata } from '@nestjs/common';

export type ByteAmount = number | `${number}${'B' | 'KB' | 'MB' | 'KiB' | 'MiB'}`;
export type WaitingTime = `${number}${'ms' | 's' | 'm'}`;

export interface BatchOptions {
  /** Records of one batch at most; default 500. */
  readonly maxRecords?: number;
  /** Bytes of their keys and values at most, unless a single record has more; default 1 MiB. */
  readonly maxBytes?: ByteAmount;
  /** How long a record waits for others; default 250 ms. What is full, or cannot grow, goes at once. */
  readonly maxWait?: WaitingTime;
  /** The class of one payload, with its class-validator rules: the parameter's type is only an array. */
  readonly of?: abstract new (...parameters: never[]) => object;
  /**
   * A call that throws has had no effect at all. It is so by itself where effect and claims are one transaction
   * (`@Idempotent({ store: 'postgres' })`).
   */
  readonly atomic?: boolean;
}

export const BATCH_METADATA = 'millrace:batch';

/**
 * The handler is given records of one partition together, in the order of their offsets: an array of payloads, and as
 * `@Ctx()` a `BatchContext`. It resolves when all of their effects are durable, or returns a `BatchAnswer` that names
 * those that failed. Everything around it stays a matter of each record. Order is not kept past a record that failed.
 */
export function Batch(options: BatchOptions = {}): MethodDecorator {
  return SetMetadata(BATCH_METADATA, options);
}

/** Undefined where the handler takes records one by one. */
export function batchOptionsOf(method: object): BatchOptions | undefined {
  return Reflect.getMetadata(BATCH_METADATA, method) as BatchOptions | undefined;
}
