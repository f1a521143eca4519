import type { WireMessage } from './wire-message.js';

/** A transaction that was aborted, as a fetch response names it. */
export interface AbortedTransaction {
  readonly producerId: string;
  /** The offset of its first record in the partition. */
  readonly firstOffset: string;
}

const ABORT_MARKER = Buffer.from([0, 0, 0, 0]);

/**
 * What a reader of committed records sees: no record of an aborted transaction and no marker. The broker lists aborted
 * transactions by their ends, so they are taken by their beginnings here, as many at once as have begun.
 */
export function committedMessages(
  messages: readonly WireMessage[],
  aborted: readonly AbortedTransaction[],
): WireMessage[] {
  const toCome = aborted
    .map(({ producerId, firstOffset }) => ({ producerId, firstOffset: Number(firstOffset) }))
    .sort((left, right) => left.firstOffset - right.firstOffset);
  const open = new Set<string>();
  return messages.filter((message) => {
    while (toCome.length > 0 && toCome[0]!.firstOffset <= message.offset) {
      open.add(toCome.shift()!.producerId);
    }
    const { producerId, inTransaction, isControlBatch } = message.batchContext;
    if (isControlBatch) {
      if (message.key?.equals(ABORT_MARKER) === true) open.delete(producerId);
      return false;
    }
    return !(inTransaction && open.has(producerId));
  });
}
