import fc from 'fast-check';
import { Instant } from '../../../values/index.js';
import { assemble, type Accepted } from './assembly.js';
import type { Entity } from './entity.js';
import type { MergeMessage } from './merge-message.js';

const START = 1_769_860_800_000_000n;

type Say = readonly [id: string, content: string];

function messageOf(offset: number, at: number, says: readonly Say[]): MergeMessage {
  return {
    place: { topic: 'customer_data', partition: 0, offset, timestamp: 0 },
    at: Instant.of(START + BigInt(at))!,
    entities: says.map(([id, content]) => ({ kind: 'customer', id, content, text: content })),
  };
}
const acceptedIn = (
  contents: ReadonlyMap<string, string>,
  places: ReadonlyMap<string, number> = new Map(),
): Accepted => ({
  contentOf: ({ id }) => contents.get(id),
  isOvertaken: ({ id }, { offset }) => offset < (places.get(id) ?? 0),
});
const known = (says: readonly Say[]): Accepted => acceptedIn(new Map(says));
const offsets = (messages: readonly MergeMessage[]): number[] =>
  messages.map(({ place }) => place.offset);
const texts = (versions: readonly Entity[]): string[] => versions.map(({ text }) => text);

describe('a flush', () => {
  it('carries the latest version of each entity, by time and not by arrival, and counts the others', () => {
    const messages = [
      messageOf(1, 20, [
        ['c-1', 'new'],
        ['c-2', 'only'],
      ]),
      messageOf(2, 10, [['c-1', 'old']]),
    ];
    const { carried, versions, superseded } = assemble(messages, known([]));
    expect(offsets(carried)).toEqual([2, 1]);
    expect(texts(versions)).toEqual(['new', 'only']);
    expect(superseded).toBe(1);
  });

  it('takes the later record for the later version where the times are equal', () => {
    const messages = [messageOf(8, 10, [['c-1', 'b']]), messageOf(7, 10, [['c-1', 'a']])];
    expect(texts(assemble(messages, known([])).versions)).toEqual(['b']);
  });

  it('keeps a customer and a product of one id apart', () => {
    const customer = messageOf(1, 1, [['1', 'customer']]);
    const product: MergeMessage = {
      ...messageOf(2, 2, []),
      entities: [{ kind: 'product', id: '1', text: 'product', content: 'x' }],
    };
    expect(texts(assemble([customer, product], known([])).versions)).toEqual([
      'customer',
      'product',
    ]);
  });

  it('takes a message for a repeat only if each of its entities was accepted like that last', () => {
    const messages = [
      messageOf(1, 1, [
        ['c-1', 'a'],
        ['c-2', 'b'],
      ]),
      messageOf(2, 2, [
        ['c-1', 'a'],
        ['c-2', 'changed'],
      ]),
      messageOf(3, 3, [['c-3', 'a']]),
    ];
    const accepted = known([
      ['c-1', 'a'],
      ['c-2', 'b'],
    ]);
    const { carried, repeats } = assemble(messages, accepted);
    expect([offsets(repeats), offsets(carried)]).toEqual([[1], [2, 3]]);
  });

  it('sees a change there and back again as two, and sends the last', () => {
    const messages = [messageOf(1, 1, [['c-1', 'b']]), messageOf(2, 2, [['c-1', 'a']])];
    const { carried, repeats, versions } = assemble(messages, known([['c-1', 'a']]));
    expect([offsets(carried), offsets(repeats)]).toEqual([[1, 2], []]);
    expect(texts(versions)).toEqual(['a']);
  });

  it('takes a message for a repeat of an earlier one that it goes with', () => {
    const messages = [messageOf(1, 1, [['c-1', 'a']]), messageOf(2, 2, [['c-1', 'a']])];
    const { carried, repeats } = assemble(messages, known([]));
    expect([offsets(carried), offsets(repeats)]).toEqual([[1], [2]]);
  });
});

describe('a message that comes after a later one of its partition was accepted', () => {
  const accepted = acceptedIn(new Map([['c-1', 'b']]), new Map([['c-1', 5]]));

  it('brings nothing where its entities are all overtaken', () => {
    const message = messageOf(4, 4, [['c-1', 'a']]);
    expect(assemble([message], accepted)).toMatchObject({
      carried: [],
      repeats: [],
      overtaken: [message],
      versions: [],
    });
  });

  it('brings those that are not', () => {
    const says: Say[] = [
      ['c-1', 'a'],
      ['c-2', 'a'],
    ];
    const { carried, versions, superseded } = assemble([messageOf(4, 4, says)], accepted);
    expect(offsets(carried)).toEqual([4]);
    expect(versions.map(({ id }) => id)).toEqual(['c-2']);
    expect(superseded).toBe(1);
  });

  it('repeats where what is not overtaken is said already, so that what comes before it is overtaken by it', () => {
    const says: Say[] = [
      ['c-1', 'a'],
      ['c-2', 'b'],
    ];
    const known = acceptedIn(new Map([...says]), new Map([['c-1', 5]]));
    const message = messageOf(4, 4, says);
    expect(assemble([message], known)).toMatchObject({ repeats: [message], overtaken: [] });
  });
});

/** Few ids and few contents, so that messages often meet. */
const histories = fc
  .array(
    fc.array(fc.tuple(fc.constantFrom('1', '2', '3'), fc.constantFrom('a', 'b')), {
      minLength: 1,
      maxLength: 3,
    }),
    { maxLength: 12 },
  )
  .map((all) => all.map((says, index) => messageOf(index, index, says)));

/** What a reader of the API has, and what messages came to, if messages in the order of time are flushed in these sizes. */
function flushed(messages: readonly MergeMessage[], sizes: readonly number[]) {
  const held = new Map<string, string>();
  const places = new Map<string, number>();
  const repeats: number[] = [];
  for (let [from, flush] = [0, 0]; from < messages.length; flush += 1) {
    const part = messages.slice(from, from + sizes[flush % sizes.length]!);
    const assembly = assemble(part, acceptedIn(held, places));
    for (const { id, content } of assembly.versions) held.set(id, content);
    for (const { entities, place } of [...assembly.carried, ...assembly.repeats]) {
      for (const { id } of entities) places.set(id, Math.max(place.offset, places.get(id) ?? 0));
    }
    repeats.push(...offsets(assembly.repeats));
    from += part.length;
  }
  return { held: [...held].sort(), repeats: repeats.sort((left, right) => left - right) };
}

const inAnyOrder = histories.chain((all) =>
  fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
);
const flushSizes = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 5 });

describe('messages in the order of time', () => {
  it('leave the API with the last content of each entity, and the same ones are repeats, however they are flushed', () => {
    fc.assert(
      fc.property(histories, flushSizes, (messages, sizes) => {
        const last = new Map(
          messages.flatMap(({ entities }) => entities.map(({ id, content }) => [id, content])),
        );
        const result = flushed(messages, sizes);
        expect(result.held).toEqual([...last].sort());
        expect(result).toEqual(flushed(messages, [1]));
      }),
    );
  });

  it('leave it so also where they arrive in another order than that of their partition', () => {
    fc.assert(
      fc.property(inAnyOrder, flushSizes, ([messages, shuffled], sizes) => {
        expect(flushed(shuffled, sizes).held).toEqual(flushed(messages, [1]).held);
      }),
    );
  });

  it('are all either carried or repeats, in whatever order they arrive', () => {
    fc.assert(
      fc.property(inAnyOrder, ([messages, shuffled]) => {
        const { carried, repeats } = assemble(shuffled, known([]));
        expect(assemble(messages, known([]))).toEqual(assemble(shuffled, known([])));
        expect(offsets([...carried, ...repeats]).sort((left, right) => left - right)).toEqual(
          offsets(messages),
        );
      }),
    );
  });
});
