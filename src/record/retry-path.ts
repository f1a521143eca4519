import type { RecordOrigin } from './kafka-record.js';

/** What a record may do when its turn has come. */
export type Turn =
  | { readonly kind: 'now' }
  /** An earlier record of its key waits on that level: it has to go behind that one. */
  | { readonly kind: 'behind'; readonly level: number }
  /** It stands on that level already: its publication was acknowledged, and the process ended before its commit. */
  | { readonly kind: 'gone'; readonly level: number };

/** Where a record stands among the retry topics of its group. */
export interface RetryPath {
  /** 0 on the source and on the redrive topic, on a retry topic its number. */
  readonly level: number;
  /** True when it was tried before it came here, so that it has one attempt and none in place. */
  readonly wasTried: boolean;
  /** Of how many delays it has had the attempt after. Behind another one it may have come this far with none. */
  readonly delaysUsed: number;
  /** Asked before each start; nothing of its key can change the answer while it is under way. */
  turn(): Turn;
  /** It stands on that level too, at that offset of its retry partition. Told before it is settled. */
  movedTo(level: number, offset: number): void;
}

/** What a record on a topic of its group's own says of its way there. */
export interface RecordHistory {
  readonly origin: RecordOrigin;
  /** Attempts that failed and counted, wherever they were. */
  readonly failedAttempts: number;
  readonly delaysUsed: number;
  readonly firstFailedAt: Date | undefined;
  /** Epoch ms. */
  readonly notBefore: number;
}
