import { MemoryObjectStore } from '../../../../test/support/memory-object-store.js';
import { chainFolder, fileNameOf } from '../domain/index.js';
import { pack } from '../landing/zone-object.js';
import { encodeLine } from '../translation/index.js';
import { readZone } from './zone-reader.js';

const place = { topic: 't', partition: 0 };
const DAY_MS = 86_400_000;
const { signal } = new AbortController();

const line = (offset: number, timestamp = DAY_MS) => ({
  offset,
  bytes: encodeLine({ ...place, offset, timestamp, key: null, value: null, headers: [] }),
});

describe('what stands in the zone', () => {
  let store: MemoryObjectStore;

  const put = async (first: number, packed: Buffer, day = '1970-01-02'): Promise<string> => {
    const name = `${chainFolder({ ...place, day })}/${fileNameOf(place, { kind: 'chain', first })}`;
    await store.create(name, packed);
    return name;
  };

  beforeEach(() => {
    store = new MemoryObjectStore();
  });

  it('is counted over its days, singles included', async () => {
    await put(0, await pack([line(0), line(2)]));
    await put(1, await pack([line(1, 0)]), '1970-01-01');
    const single = `${chainFolder({ ...place, day: '1970-01-02' })}/${fileNameOf(place, { kind: 'single', first: 3 })}`;
    await store.create(single, await pack([line(3)]));
    const content = await readZone(store, place, signal);
    expect(content).toMatchObject({ objects: 3, records: 4, faults: [] });
    expect(content.landed.toArray()).toEqual([{ first: 0, last: 3 }]);
  });

  it('has an offset once: in two objects, or twice in one, it is a fault', async () => {
    const first = await put(0, await pack([line(0), line(1)]));
    const second = await put(1, await pack([line(1), line(2)]));
    const third = await put(3, await pack([line(3), line(3)]));
    const { faults } = await readZone(store, place, signal);
    expect(first).not.toBe(second);
    expect(faults).toEqual([
      { kind: 'overlap', object: second, offset: 1 },
      { kind: 'overlap', object: third },
    ]);
  });

  it('can be read: an object that is cut off is a fault', async () => {
    const whole = await pack([line(0)]);
    const object = await put(0, whole.subarray(0, whole.length - 9));
    expect((await readZone(store, place, signal)).faults).toEqual([{ kind: 'unreadable', object }]);
  });

  it('is made of whole lines: one that is not a record is a fault', async () => {
    const { bytes } = line(0);
    const object = await put(0, await pack([{ offset: 0, bytes: bytes.subarray(0, -4) }]));
    expect((await readZone(store, place, signal)).faults).toEqual([
      { kind: 'unreadable', object, offset: 0 },
    ]);
  });

  it('stands under its day and its own first offset, or is a fault', async () => {
    const misnamed = await put(0, await pack([line(1)]));
    const misdated = await put(2, await pack([line(2)]), 'unknown');
    const { faults } = await readZone(store, place, signal);
    expect(faults).toEqual([
      { kind: 'misplaced', object: misnamed },
      { kind: 'misplaced', object: misdated, offset: 2 },
    ]);
  });
});
