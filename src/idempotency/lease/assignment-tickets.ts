import type { Delivery } from '../../record/index.js';

interface Ticket {
  readonly assignmentEpoch: number;
  readonly era: string;
  readonly number: number;
}

/**
 * The store's number for each assignment of a partition. A process counts its own assignments alone, so those of two
 * processes cannot be compared; the numbers that the store gives out at the first claim of each can.
 *
 * Limit: they rise in the order of first claims. An owner that was assigned a partition and stood still until its
 * successor had claimed there gets the higher number with its own first claim. The lease of the membership lets it
 * start nothing by then, unless it stood still between that check and the claim.
 */
export class AssignmentTickets {
  /** By group, topic and partition. */
  readonly #tickets = new Map<string, Map<string, Map<number, Ticket>>>();

  of({ handler, record, assignmentEpoch }: Delivery, era: string): number | undefined {
    const ticket = this.#tickets.get(handler.groupId)?.get(record.topic)?.get(record.partition);
    const isCurrent = ticket?.assignmentEpoch === assignmentEpoch && ticket.era === era;
    return isCurrent ? ticket.number : undefined;
  }

  /** Claims that were under way together may bring several: the first is kept. */
  remember(delivery: Delivery, era: string, number: number): void {
    if (this.of(delivery, era) !== undefined) return;
    const { handler, record, assignmentEpoch } = delivery;
    const topics = inside(this.#tickets, handler.groupId);
    inside(topics, record.topic).set(record.partition, { assignmentEpoch, era, number });
  }
}

function inside<Key, Value>(maps: Map<string, Map<Key, Value>>, name: string): Map<Key, Value> {
  let map = maps.get(name);
  if (map === undefined) maps.set(name, (map = new Map<Key, Value>()));
  return map;
}
