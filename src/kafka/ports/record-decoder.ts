import type { KafkaRecord, UndecodableError } from '../../record/index.js';

export type DecodeResult =
  | { readonly kind: 'decoded'; readonly value: unknown }
  | { readonly kind: 'undecodable'; readonly error: UndecodableError }
  /** What decoding needs (a schema registry) does not answer; the record waits. */
  | { readonly kind: 'waiting'; readonly dependency: string; readonly detail: string };

/** Turns a record's bytes into the value its handler sees. */
export abstract class RecordDecoder {
  /** Never throws and never rejects. A null value (tombstone) decodes to null. */
  abstract decode(record: KafkaRecord): DecodeResult | Promise<DecodeResult>;
}
