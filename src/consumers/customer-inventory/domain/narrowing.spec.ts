import fc from 'fast-check';
import { Instant } from '../../../values/index.js';
import { assemble, type Accepted } from './assembly.js';
import type { MergeMessage } from './merge-message.js';
import { narrow } from './narrowing.js';

const START = 1_769_860_800_000_000n;

function messageOf(offset: number, id: string, content: string): MergeMessage {
  return {
    place: { topic: 'customer_data', partition: 0, offset, timestamp: 0 },
    at: Instant.of(START + BigInt(offset))!,
    entities: [{ kind: 'customer', id, content, text: content }],
  };
}

const acceptedIn = (held: ReadonlyMap<string, string>): Accepted => ({
  contentOf: ({ id }) => held.get(id),
  isOvertaken: () => false,
});

/** Sends messages until each is accepted or to blame; the API refuses whatever has the content `bad`. */
function settle(messages: readonly MergeMessage[]) {
  const held = new Map<string, string>();
  const guilty: number[] = [];
  const settled: number[] = [];
  const parts: (readonly MergeMessage[])[] = [messages];
  let events = 0;
  for (let part = parts.shift(); part !== undefined; part = parts.shift()) {
    const assembly = assemble(part, acceptedIn(held));
    const { carried, repeats, versions } = assembly;
    events += carried.length > 0 ? 1 : 0;
    if (!versions.some(({ content }) => content === 'bad')) {
      for (const { id, content } of versions) held.set(id, content);
      settled.push(...[...carried, ...repeats].map(({ place }) => place.offset));
      continue;
    }
    const narrowing = narrow(assembly);
    if (narrowing.guilty !== undefined) guilty.push(narrowing.guilty.place.offset);
    parts.unshift(...narrowing.parts);
  }
  return { held, guilty, settled, events };
}

const messages = fc
  .array(fc.tuple(fc.constantFrom('1', '2', '3', '4'), fc.constantFrom('a', 'b', 'bad')), {
    minLength: 1,
    maxLength: 20,
  })
  .map((says) => says.map(([id, content], offset) => messageOf(offset, id, content)));

describe('messages that are refused together', () => {
  it('are halved in the order of time until one stands alone', () => {
    const good = [messageOf(0, '1', 'a'), messageOf(1, '2', 'a'), messageOf(2, '3', 'a')];
    const { guilty, parts } = narrow({ carried: good, repeats: [] });
    expect(guilty).toBeUndefined();
    expect(parts).toEqual([good.slice(0, 2), good.slice(2)]);
    expect(narrow({ carried: good.slice(0, 1), repeats: [] })).toEqual({
      guilty: good[0],
      parts: [],
    });
  });

  it('have what repeats the offending one judged by itself', () => {
    const [bad, again] = [messageOf(0, '1', 'bad'), messageOf(1, '1', 'bad')];
    expect(settle([bad, again]).guilty).toEqual([0, 1]);
  });

  it('come to one end each: good ones are applied, only offending ones are to blame', () => {
    fc.assert(
      fc.property(messages, (all) => {
        const { guilty, settled, events } = settle(all);
        const byPlace = (left: number, right: number): number => left - right;
        expect([...guilty, ...settled].sort(byPlace)).toEqual(all.map(({ place }) => place.offset));
        const isBad = (offset: number): boolean => all[offset]!.entities[0]!.content === 'bad';
        expect(guilty.every(isBad)).toBe(true);
        expect(events).toBeLessThan(2 * all.length);
      }),
    );
  });

  it('leave the API with the last good content of each entity that no refused one followed', () => {
    fc.assert(
      fc.property(messages, (all) => {
        const { held } = settle(all);
        const last = new Map(
          all.flatMap(({ entities }) => entities.map(({ id, content }) => [id, content])),
        );
        for (const [id, content] of last) if (content !== 'bad') expect(held.get(id)).toBe(content);
      }),
    );
  });
});
