import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REFERENCE_COMMAND } from '../../src/config/index.js';
import { METRICS, metricsReference } from '../../src/observability/index.js';
import { PROJECT_FOLDER } from './fixtures/planted-tree.js';

const { path, content } = metricsReference();
const present = readFileSync(join(PROJECT_FOLDER, path), 'utf8');
const listed = [...present.matchAll(/^\| `([a-z_]+)`/gm)].map(([, name]) => name!);
const declared: readonly string[] = Object.values(METRICS).map(({ name }) => name);

describe(path, () => {
  it(`says what the catalogue declares (if not: ${REFERENCE_COMMAND})`, () => {
    if (present !== content) {
      throw new Error(`${path} is stale; regenerate it with: ${REFERENCE_COMMAND}`);
    }
  });

  it('lists every metric of the catalogue, once', () => {
    expect(declared.filter((name) => !listed.includes(name))).toEqual([]);
    expect(listed).toHaveLength(new Set(listed).size);
  });

  it('lists no metric that the catalogue does not have', () => {
    expect(listed.length).toBeGreaterThan(10);
    expect(listed.filter((name) => !declared.includes(name))).toEqual([]);
  });
});

describe('the catalogue', () => {
  it('ends the names of counters, and of counters alone, with _total', () => {
    const wrong = Object.values(METRICS).filter(
      ({ name, type }) => name.endsWith('_total') !== (type === 'counter'),
    );
    expect(wrong).toEqual([]);
  });

  it('has no label for what a record or an error brings along', () => {
    const labels = new Set(
      Object.values(METRICS).flatMap((metric): string[] => [...metric.labels]),
    );
    const known = ['topic', 'group', 'consumergroup', 'handler', 'partition', 'store'];
    const closed = ['outcome', 'result', 'reason', 'error_type', 'cause'];
    expect([...labels].sort()).toEqual([...known, ...closed].sort());
  });
});
