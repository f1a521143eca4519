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
  readonly #tickets = new Map<string, Ticket>();

  of(delivery: Delivery, era: string): number | undefined {
    const ticket = this.#tickets.get(placeOf(delivery));
    const isCurrent = ticket?.assignmentEpoch === delivery.assignmentEpoch && ticket.era === era;
    return isCurrent ? ticket.number : undefined;
  }

  /** Claims that were under way together may bring several: the first is kept. */
  remember(delivery: Delivery, era: string, number: number): void {
    if (this.of(delivery, era) !== undefined) return;
    const { assignmentEpoch } = delivery;
    this.#tickets.set(placeOf(delivery), { assignmentEpoch, era, number });
  }
}

function placeOf({ handler, record }: Delivery): string {
  return `${handler.groupId}/${record.topic}/${record.partition}`;
}
