import fc from 'fast-check';
import {
  ChainWalk,
  EMPTY_CHAIN,
  hashOf,
  type AuditEntry,
  type ChainFinding,
  type ChainHead,
  type StoredEntry,
} from './index.js';

function chainOf(length: number): StoredEntry[] {
  const chain: StoredEntry[] = [];
  for (let number = 1; number <= length; number += 1) {
    const entry: AuditEntry = {
      ...{ topic: 'events', partition: 0, sequence: BigInt(number), offset: BigInt(number * 2) },
      ...{ recordTimestamp: 0n, readTopic: 'events', readPartition: 0, readOffset: 0n },
      ...{ eventId: `evt-${number}`, agentId: 'a', appendedAt: 0n, key: null, headers: [] },
      value: Buffer.from(`{"number":${number}}`),
      previousHash: chain.at(-1)?.hash ?? EMPTY_CHAIN.hash,
    };
    chain.push({ ...entry, hash: hashOf(entry) });
  }
  return chain;
}

const headOf = (chain: readonly StoredEntry[]): ChainHead => chain.at(-1) ?? EMPTY_CHAIN;

function walked(chain: readonly StoredEntry[], before: ChainHead, after = before): ChainFinding[] {
  const walk = new ChainWalk();
  return [...chain.flatMap((entry) => walk.take(entry)), ...walk.finish(before, after)];
}

const told = (findings: readonly ChainFinding[]): string[] =>
  findings.map(({ kind, sequence }) => `${kind} ${sequence}`);

describe('a chain', () => {
  it.each([0, 1, 7])('of %d entries as they were appended has nothing to find', (length) => {
    const chain = chainOf(length);
    expect(walked(chain, headOf(chain))).toEqual([]);
  });

  it('may grow while it is walked', () => {
    const chain = chainOf(9);
    expect(walked(chain, chain[4]!, chain[8])).toEqual([]);
    expect(walked(chain.slice(0, 7), chain[4]!, chain[8])).toEqual([]);
  });

  it('names the row that was changed', () => {
    const chain = chainOf(5);
    const changed = chain.map((entry) =>
      entry.sequence === 3n ? { ...entry, value: Buffer.from('{}') } : entry,
    );
    const findings = walked(changed, headOf(chain));
    expect(told(findings)).toEqual(['changed 3']);
    expect(findings[0]!.offset).toBe(6n);
  });

  it('names the row behind one whose own hash was worked out anew', () => {
    const chain = chainOf(5);
    const forged = { ...chain[2]!, value: Buffer.from('{}') };
    const rehashed = { ...forged, hash: hashOf(forged) };
    expect(
      told(walked([...chain.slice(0, 2), rehashed, ...chain.slice(3)], headOf(chain))),
    ).toEqual(['not linked 4']);
  });

  it('names what was removed in the middle, and nothing else', () => {
    const chain = chainOf(9);
    const [finding, ...others] = walked([...chain.slice(0, 2), ...chain.slice(5)], headOf(chain));
    expect(finding).toMatchObject({ kind: 'removed', sequence: 3n });
    expect(finding!.detail).toBe('entries 3 to 5 are missing');
    expect(others).toEqual([]);
  });

  it('names what was removed at its beginning', () => {
    const chain = chainOf(3);
    expect(told(walked(chain.slice(1), headOf(chain)))).toEqual(['removed 1']);
  });

  it('names what was removed at its end, by the end that was noted', () => {
    const chain = chainOf(5);
    expect(told(walked(chain.slice(0, 3), headOf(chain)))).toEqual(['removed 4']);
    expect(told(walked([], headOf(chain)))).toEqual(['removed 1']);
  });

  it('names a row that was inserted beside another, or behind the end that was noted', () => {
    const chain = chainOf(4);
    const twin = { ...chain[1]!, eventId: 'forged' };
    expect(told(walked([...chain.slice(0, 2), twin, ...chain.slice(2)], headOf(chain)))).toEqual([
      'changed 2',
      'inserted 2',
    ]);
    expect(told(walked(chain, headOf(chain.slice(0, 3))))).toEqual(['inserted 4']);
  });

  it('names an end that is not the one noted', () => {
    const chain = chainOf(3);
    const other = { sequence: 3n, hash: Buffer.alloc(32, 7) };
    expect(told(walked(chain, other))).toEqual(['changed 3']);
  });

  it('that was removed, changed or doubled anywhere never passes', () => {
    const tampering = fc.record({
      length: fc.integer({ min: 1, max: 12 }),
      at: fc.nat(),
      how: fc.constantFrom('removed', 'changed', 'doubled'),
    });
    fc.assert(
      fc.property(tampering, ({ length, at, how }) => {
        const chain = chainOf(length);
        const place = at % length;
        const changed = { ...chain[place]!, agentId: 'forged' };
        const instead = {
          removed: [],
          changed: [changed],
          doubled: [chain[place]!, chain[place]!],
        };
        const tampered = [...chain.slice(0, place), ...instead[how], ...chain.slice(place + 1)];
        expect(walked(tampered, headOf(chain))).not.toEqual([]);
      }),
    );
  });

  it('that was written anew from somewhere on with all its hashes passes: only a hash kept elsewhere tells', () => {
    const chain = chainOf(5);
    const anew: StoredEntry[] = [];
    for (const entry of chain) {
      const forged = { ...entry, agentId: 'forged', previousHash: headOf(anew).hash };
      anew.push({ ...forged, hash: hashOf(forged) });
    }
    expect(walked(anew, headOf(anew))).toEqual([]);
    expect(anew.some(({ hash }) => hash.equals(headOf(chain).hash))).toBe(false);
  });
});
