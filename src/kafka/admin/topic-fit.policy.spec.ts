import { faultsOf, type TopicShape } from './topic-fit.policy.js';

function shape(partitions: number, settings: Record<string, string> = {}): TopicShape {
  return { partitions, settings: new Map(Object.entries(settings)) };
}

describe('a topic', () => {
  it('fits with as much as is wanted, and with more', () => {
    const wanted = shape(3, { 'retention.ms': '1000', 'max.message.bytes': '5' });
    expect(faultsOf(wanted, wanted)).toEqual([]);
    const more = shape(6, { 'retention.ms': '-1', 'max.message.bytes': '6' });
    expect(faultsOf(wanted, more)).toEqual([]);
  });

  it('does not fit with fewer partitions than its source', () => {
    expect(faultsOf(shape(12), shape(3))).toEqual([
      'has 3 partitions and its source 12: add partitions',
    ]);
  });

  it('does not fit with a smaller limit or a shorter retention, each named with what to set', () => {
    const wanted = shape(1, { 'retention.ms': '1000', 'max.message.bytes': '500' });
    const found = shape(1, { 'retention.ms': '999', 'max.message.bytes': '499' });
    expect(faultsOf(wanted, found)).toEqual([
      'retention.ms is 999: set it to 1000',
      'max.message.bytes is 499: set it to 500',
    ]);
  });

  it('has to be compacted where that is wanted, and may be deleted from as well', () => {
    const wanted = shape(1, { 'cleanup.policy': 'compact' });
    expect(faultsOf(wanted, shape(1, { 'cleanup.policy': 'compact,delete' }))).toEqual([]);
    expect(faultsOf(wanted, shape(1, { 'cleanup.policy': 'delete' }))).toHaveLength(1);
  });
});
