import type { MillraceError, RecordHeader } from '../../../record/index.js';

/** What kafkajs asks of a message's batch. */
export interface BatchContext {
  readonly producerId: string;
  readonly inTransaction: boolean;
  readonly isControlBatch: boolean;
}

interface Content {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: readonly RecordHeader[];
}

/**
 * A record as kafkajs's consumer passes it on. For kafkajs and everybody else who reads it in this process it looks like
 * one of kafkajs's own; `headerList` has the headers as they were sent.
 */
export class WireMessage {
  readonly magicByte = 2;
  readonly attributes = 0;
  readonly offset: number;
  readonly timestamp: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** In order, repeated names and null values as they are. */
  readonly headerList: readonly RecordHeader[];
  /** Its transaction was aborted. */
  isAborted = false;

  constructor(
    place: { readonly offset: number; readonly timestamp: number },
    content: Content,
    readonly batchContext: BatchContext,
    /** Why key, value and headers could not be read; they are empty then. */
    readonly unreadable?: MillraceError,
  ) {
    this.offset = place.offset;
    this.timestamp = place.timestamp;
    this.key = content.key;
    this.value = content.value;
    this.headerList = content.headers;
  }

  /** What no reader of committed records is handed; kafkajs knows one word for both. */
  get isControlRecord(): boolean {
    return this.isAborted || this.batchContext.isControlBatch;
  }

  /** The headers in kafkajs's form: values by name, a list for a name that is repeated. */
  get headers(): Record<string, Buffer | null | (Buffer | null)[]> {
    const headers = Object.create(null) as Record<string, Buffer | null | (Buffer | null)[]>;
    for (const [name, value] of this.headerList) {
      const known = headers[name];
      if (known === undefined) headers[name] = value;
      else if (Array.isArray(known)) known.push(value);
      else headers[name] = [known, value];
    }
    return headers;
  }
}
