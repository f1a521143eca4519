import { MemoryObjectStore } from '../../../../test/support/memory-object-store.js';
import type { KafkaRecord } from '../../../record/index.js';
import { encodeLine } from '../translation/index.js';
import { DayChain } from './day-chain.js';
import { LogReader, LogWitness } from './log-witness.js';

const place = { topic: 't', partition: 0 };
const record = (offset: number, text = 'old'): KafkaRecord => ({
  ...place,
  offset,
  timestamp: 0,
  key: null,
  value: Buffer.from(`${text} ${offset}`),
  headers: [],
});

class Log extends LogReader {
  asked = 0;

  constructor(private readonly answer: Awaited<ReturnType<LogReader['recordAt']>>) {
    super();
  }

  async recordAt() {
    this.asked += 1;
    return this.answer;
  }
}

describe('whether a log is the one that stands in the zone', () => {
  let store: MemoryObjectStore;

  beforeEach(async () => {
    store = new MemoryObjectStore();
    const landed = [
      ['2026-01-01', 0],
      ['2026-01-02', 40],
      ['unknown', 20],
    ] as const;
    for (const [day, offset] of landed) {
      const line = { offset, bytes: encodeLine(record(offset)) };
      await new DayChain({ ...place, day }, store).land([line]);
    }
  });

  it('is not asked where everything landed lies behind', async () => {
    const log = new Log('behind the end');
    await new LogWitness(store, log).testify(place, 41);
    await new LogWitness(store, log).testify({ ...place, partition: 1 }, 0);
    expect(log.asked).toBe(0);
  });

  it('is told by the record at which the last object begins, of whatever day', async () => {
    await expect(
      new LogWitness(store, new Log(record(40))).testify(place, 0),
    ).resolves.toBeUndefined();
    await expect(
      new LogWitness(store, new Log(record(40, 'new'))).testify(place, 0),
    ).rejects.toMatchObject({ dependency: 'raw-zone' });
  });

  it('is denied by a log that has never been as long', async () => {
    const witness = new LogWitness(store, new Log('behind the end'));
    await expect(witness.testify(place, 0)).rejects.toMatchObject({
      message: expect.stringMatching(/t-0 is not the log .*dt=2026-01-02/),
    });
  });

  it('is left open where the record is gone', async () => {
    const witness = new LogWitness(store, new Log('gone'));
    await expect(witness.testify(place, 0)).resolves.toBeUndefined();
  });
});
