import { SeededRandom } from '../driver/random.js';
import type { Step } from '../driver/schedule.js';
import { ledgerWorkload, type LedgerWorkload } from './ledger-workload.js';

const kindsOf = ({ steps }: LedgerWorkload): Set<string> =>
  new Set(steps.map(({ fault }) => fault.kind));
/** When the last record is sent at the earliest, in milliseconds. */
const lastRecordAt = ({ traffic: { records, recordsPerSecond } }: LedgerWorkload): number =>
  (records! / recordsPerSecond) * 1_000;

describe('the work of the ledger', () => {
  it('in full is 100,000 records and twenty faults or more, of every kind', () => {
    const workload = ledgerWorkload('full', new SeededRandom(1));
    expect(workload.traffic.records).toBe(100_000);
    expect(workload.steps.length).toBeGreaterThanOrEqual(20);
    const kinds = ['kill', 'pause', 'broker-down', 'failpoint', 'network'];
    expect(kindsOf(workload)).toEqual(new Set(kinds));
  });

  it('in short has a kill, a zombie, a reset of connections and a kill of the broker', () => {
    const workload = ledgerWorkload('smoke', new SeededRandom(1));
    expect(kindsOf(workload)).toEqual(new Set(['kill', 'pause', 'network', 'broker-down']));
  });

  it.each(['smoke', 'full'] as const)('strikes while records come: %s', (length) => {
    const workload = ledgerWorkload(length, new SeededRandom(1));
    for (const { at } of workload.steps) expect(at).toBeLessThan(lastRecordAt(workload));
  });

  it('is the same again for the same seed', () => {
    const [one, same] = [7, 7].map((seed) => ledgerWorkload('full', new SeededRandom(seed)));
    expect(one!.steps).toEqual(same!.steps);
  });

  it('takes what is chosen in its place', () => {
    const steps: Step[] = [{ at: 1, fault: { kind: 'pause', member: 0, forMs: 1 } }];
    const workload = ledgerWorkload('smoke', new SeededRandom(1), { records: 10, steps });
    expect(workload).toMatchObject({ steps, leastFaults: 1, traffic: { records: 10 } });
  });
});
