import { CATALOGUE, faultOf } from './catalogue.js';
import { SCENARIOS } from './index.js';

describe('the catalogue of faults', () => {
  it('names each from S01 to S52 once', () => {
    const ids = Array.from({ length: 52 }, (_, index) => `S${String(index + 1).padStart(2, '0')}`);
    expect(CATALOGUE.map(({ id }) => id)).toEqual(ids);
  });

  it('holds every scenario, and gives no reason for the absence of one that is there', () => {
    const entries = SCENARIOS.map(({ id }) => CATALOGUE.find((entry) => entry.id === faultOf(id)));
    expect(entries.filter((entry) => entry === undefined || 'missing' in entry)).toEqual([]);
  });
});
