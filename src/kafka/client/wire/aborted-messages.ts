import type { WireMessage } from './wire-message.js';

/** A transaction that was aborted, as a fetch response names it. */
export interface AbortedTransaction {
  readonly producerId: string;
  /** The offset of its first record in the partition. */
  readonly firstOffset: string;
}

const ABORT_MARKER = Buffer.from([0, 0, 0, 0]);

/**
 * Marks the records of aborted transactions, so that nobody is handed them. The broker lists aborted transactions by
 * their ends, so they are taken by their beginnings here, as many at once as have begun. kafkajs takes them in the
 * broker's order and at most one for each message: with several producers it hands out aborted records and, where a
 * transaction is taken up behind its own end, keeps back committed ones.
 */
export function markAborted(
  messages: readonly WireMessage[],
  aborted: readonly AbortedTransaction[],
): void {
  if (aborted.length === 0) return;
  const toCome = aborted
    .map(({ producerId, firstOffset }) => ({ producerId, firstOffset: Number(firstOffset) }))
    .sort((left, right) => left.firstOffset - right.firstOffset);
  const open = new Set<string>();
  for (const message of messages) {
    while (toCome.length > 0 && toCome[0]!.firstOffset <= message.offset) {
      open.add(toCome.shift()!.producerId);
    }
    const { producerId, inTransaction, isControlBatch } = message.batchContext;
    if (isControlBatch) {
      if (message.key?.equals(ABORT_MARKER) === true) open.delete(producerId);
    } else if (inTransaction && open.has(producerId)) {
      message.isAborted = true;
    }
  }
}
