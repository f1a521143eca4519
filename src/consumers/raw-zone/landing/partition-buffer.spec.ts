import { PartitionBuffer, type DayLine } from './partition-buffer.js';

const rotation = { records: 3, bytes: 1_000, intervalMs: 500 };
const limits = { records: 10, bytes: 10_000, span: 50 };
const line = (offset: number, day = 'a', size = 9): DayLine => ({
  offset,
  day,
  bytes: Buffer.alloc(size),
  cost: size,
});

describe('what a partition gathers', () => {
  let buffer: PartitionBuffer;

  beforeEach(() => {
    buffer = new PartitionBuffer(rotation, limits);
  });

  it('is due day by day', () => {
    for (const offset of [0, 1, 2]) buffer.add(line(offset, 'a'), 0);
    buffer.add(line(3, 'b'), 100);
    expect(buffer.due(100)).toEqual(['a']);
    expect(buffer.take(['a']).map(({ lines }) => lines.length)).toEqual([3]);
    expect(buffer.due(599)).toEqual([]);
    expect(buffer.untilDue(599)).toBe(1);
    expect(buffer.due(600)).toEqual(['b']);
  });

  it('is due with its bytes, line ends included', () => {
    buffer.add(line(0, 'a', 998), 0);
    expect(buffer.due(0)).toEqual([]);
    buffer.add(line(1, 'a', 0), 0);
    expect(buffer.due(0)).toEqual(['a']);
  });

  it.each([
    ['records', Array.from({ length: 10 }, (_, offset) => line(offset, `day ${offset}`))],
    ['bytes', [line(0, 'a', 100), { ...line(1, 'b'), cost: 9_900 }]],
    ['offsets between its oldest and its newest', [line(0, 'a'), line(50, 'b')]],
  ])('is due with all its days when it has no room for more %s', (_, lines) => {
    const roomy = new PartitionBuffer({ ...rotation, bytes: 1_000_000 }, limits);
    for (const one of lines.slice(0, -1)) roomy.add(one, 0);
    expect(roomy.due(0)).toEqual([]);
    roomy.add(lines.at(-1)!, 0);
    expect(roomy.due(0)).toEqual(lines.map(({ day }) => day));
  });

  it('comes out in the order of offsets, whatever the order in which it came', () => {
    for (const offset of [5, 3, 4]) buffer.add(line(offset), 0);
    expect(buffer.take()[0]!.lines.map(({ offset }) => offset)).toEqual([3, 4, 5]);
  });

  it('holds nothing once it is taken', () => {
    buffer.add(line(0), 0);
    expect(buffer.gathered).toEqual({ records: 1, bytes: 9 });
    buffer.take();
    expect(buffer.gathered).toEqual({ records: 0, bytes: 0 });
    expect(buffer.untilDue(0)).toBeUndefined();
    expect(buffer.take()).toEqual([]);
  });
});
