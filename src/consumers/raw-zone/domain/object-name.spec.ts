import { chainFolder, dayOf, dayOfFolder, fileNameOf, parseFileName } from './object-name.js';

const place = { topic: 'streamlake.orders.raw', partition: 3 };

describe('the name of an object', () => {
  it('is made of its topic, day, partition and first offset', () => {
    expect(chainFolder({ ...place, day: '2026-01-31' })).toBe(
      'streamlake.orders.raw/dt=2026-01-31/partition=3',
    );
    expect(fileNameOf(place, { kind: 'chain', first: 42 })).toBe(
      'streamlake.orders.raw+3+00000000000000000042.ndjson.gz',
    );
    expect(fileNameOf(place, { kind: 'single', first: 42 })).toBe(
      'streamlake.orders.raw+3+00000000000000000042.single.ndjson.gz',
    );
  });

  it.each([
    { kind: 'chain', first: 0 },
    { kind: 'single', first: Number.MAX_SAFE_INTEGER },
  ] as const)('is read back: %j', (name) => {
    expect(parseFileName(place, fileNameOf(place, name))).toEqual(name);
  });

  it.each([
    'streamlake.orders.raw+4+00000000000000000042.ndjson.gz',
    'other+3+00000000000000000042.ndjson.gz',
    'streamlake.orders.raw+3+42.ndjson.gz',
    'streamlake.orders.raw+3+00000000000000000042.json.gz',
    'streamlake.orders.raw+3+00000000000000000042.ndjson.gz.bak',
    'streamlake.orders.raw+3+99999999999999999999.ndjson.gz',
    '_SUCCESS',
  ])('is not read from %s', (fileName) => {
    expect(parseFileName(place, fileName)).toBeUndefined();
  });

  it('sorts as the offsets do', () => {
    const offsets = [0, 9, 10, 99, 100, 2 ** 40];
    const names = offsets.map((first) => fileNameOf(place, { kind: 'chain', first }));
    expect([...names].sort()).toEqual(names);
  });
});

describe('the day of a record', () => {
  it.each([
    [0, '1970-01-01'],
    [Date.UTC(2026, 0, 31, 23, 59, 59, 999), '2026-01-31'],
    [Date.UTC(2026, 1, 1), '2026-02-01'],
    [Date.UTC(9999, 11, 31, 23, 59, 59, 999), '9999-12-31'],
  ])('of %d is %s', (timestamp, day) => {
    expect(dayOf(timestamp)).toBe(day);
    expect(dayOfFolder(`dt=${day}`)).toBe(day);
  });

  it.each([-1, Date.UTC(10_000, 0, 1), 2 ** 63, NaN])('of %d is unknown', (timestamp) => {
    expect(dayOf(timestamp)).toBe('unknown');
  });

  it.each(['dt=', 'dt=2026-1-1', '2026-01-01', 'dt=unknown2', 'partition=0'])(
    'is not read from the folder %s',
    (folder) => {
      expect(dayOfFolder(folder)).toBeUndefined();
    },
  );
});
