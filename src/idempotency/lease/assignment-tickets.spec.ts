import { deliveryOf } from '../../../test/support/deliveries.js';
import { AssignmentTickets } from './assignment-tickets.js';

const at = (partition: number, assignmentEpoch: number) => ({
  ...deliveryOf({ record: { partition } }),
  assignmentEpoch,
});

describe('the ticket of an assignment', () => {
  it('is the first that it was given, for each of its records', () => {
    const tickets = new AssignmentTickets();
    expect(tickets.of(at(1, 4), 'era')).toBeUndefined();
    tickets.remember(at(1, 4), 'era', 7);
    tickets.remember(at(1, 4), 'era', 8);
    expect(tickets.of(at(1, 4), 'era')).toBe(7);
  });

  it('is no other partition’s, and not that of the next assignment', () => {
    const tickets = new AssignmentTickets();
    tickets.remember(at(1, 4), 'era', 7);
    expect(tickets.of(at(2, 4), 'era')).toBeUndefined();
    expect(tickets.of(at(1, 5), 'era')).toBeUndefined();
    tickets.remember(at(1, 5), 'era', 9);
    expect(tickets.of(at(1, 5), 'era')).toBe(9);
  });

  it('is worth nothing when the store has lost its memory', () => {
    const tickets = new AssignmentTickets();
    tickets.remember(at(1, 4), 'before', 7);
    expect(tickets.of(at(1, 4), 'after')).toBeUndefined();
  });
});
