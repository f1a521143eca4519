import fc from 'fast-check';
import { Amount, Instant } from '../../../values/index.js';
import { MeteringWindow, totalsOf, type Usage, type WindowTotal } from './index.js';

const WINDOW = new MeteringWindow(3_600_000);

const usage = (changes: Partial<Usage> & { minute?: number } = {}): Usage => ({
  agentId: 'agent-1',
  resourceType: 'tokens',
  currency: 'USD',
  quantity: Amount.parse('1.5')!,
  cost: Amount.parse('0.0025')!,
  occurredAt: Instant.of(BigInt(changes.minute ?? 0) * 60_000_000n)!,
  ...changes,
});

const shown = ({ agentId, windowStart, quantity, cost, events }: WindowTotal): string =>
  [agentId, windowStart.toString().slice(11, 16), quantity, cost, events].join(' ');

describe('totals', () => {
  it('are exact sums with the decimals of their parts', () => {
    const tenth = usage({ quantity: Amount.parse('0.1')!, cost: Amount.parse('10')! });
    const fifth = usage({ quantity: Amount.parse('0.20')!, cost: Amount.parse('0.0001')! });
    expect(totalsOf([tenth, fifth], WINDOW).map(shown)).toEqual(['agent-1 00:00 0.30 10.0001 2']);
  });

  it('are kept apart by agent, resource, currency and window', () => {
    const usages = [
      usage(),
      usage({ agentId: 'agent-2' }),
      usage({ resourceType: 'seconds' }),
      usage({ currency: 'EUR' }),
      usage({ minute: 60 }),
      usage({ minute: 59 }),
    ];
    const totals = totalsOf(usages, WINDOW);
    expect(totals).toHaveLength(5);
    expect(totals.filter(({ events }) => events === 2)).toHaveLength(1);
  });

  it('keep apart what would read the same with a separator', () => {
    const usages = [usage({ agentId: 'a', resourceType: 'b","c' }), usage({ agentId: 'a","b' })];
    expect(totalsOf(usages, WINDOW)).toHaveLength(2);
  });

  it('know their first and last usage, in whatever order they come', () => {
    const [total] = totalsOf(
      [7, 3, 9, 5].map((minute) => usage({ minute })),
      WINDOW,
    );
    expect(total!.firstAt.toString()).toMatch(/00:03:00/);
    expect(total!.lastAt.toString()).toMatch(/00:09:00/);
  });

  it('are the same, and in the same order, whatever order the usages come in', () => {
    const usages = fc.array(
      fc.record({
        agentId: fc.constantFrom('a', 'b', 'ä', 'Z'),
        minute: fc.integer({ min: -200, max: 200 }),
        quantity: fc.integer({ min: 0, max: 1000 }).map((units) => Amount.parse(`${units}.25`)!),
      }),
    );
    fc.assert(
      fc.property(usages, fc.infiniteStream(fc.nat()), (parts, order) => {
        const all = parts.map(usage);
        const shuffled = all
          .map((one) => ({ one, at: order.next().value as number }))
          .sort((left, right) => left.at - right.at)
          .map(({ one }) => one);
        expect(totalsOf(shuffled, WINDOW).map(shown)).toEqual(totalsOf(all, WINDOW).map(shown));
        const events = totalsOf(all, WINDOW).reduce((sum, total) => sum + total.events, 0);
        expect(events).toBe(all.length);
      }),
    );
  });

  it('of nothing are none', () => {
    expect(totalsOf([], WINDOW)).toEqual([]);
  });
});
