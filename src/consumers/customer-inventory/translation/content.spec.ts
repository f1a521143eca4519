import fc from 'fast-check';
import { contentOf } from './content.js';

const backwards = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(backwards);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, inside]) => [name, backwards(inside)]),
  );
};

describe('the content of an entity', () => {
  it('is the same whatever the order of its fields and the spaces between them', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue(), { noNullPrototype: true }),
        (entity) => {
          const other = JSON.stringify(backwards(entity), null, 2);
          expect(contentOf(other)).toBe(contentOf(JSON.stringify(entity)));
        },
      ),
    );
  });

  it.each([
    ['{"id":"1","n":1}', '{"id":"1","n":2}'],
    ['{"id":"1","n":1}', '{"id":"1","n":"1"}'],
    ['{"id":"1","n":[1,2]}', '{"id":"1","n":[2,1]}'],
    ['{"id":"1","n":null}', '{"id":"1"}'],
    ['{"id":"1","n":{"a":1},"b":2}', '{"id":"1","n":{"a":1,"b":2}}'],
    ['{"id":"1","n":{}}', '{"id":"1","n":{"__proto__":{"a":1}}}'],
  ])('tells %s from %s', (left, right) => {
    expect(contentOf(left)).not.toBe(contentOf(right));
  });

  it('tells numbers apart that differ in digits which a double does not hold', () => {
    expect(contentOf('{"id":"1","n":12345678901234567890}')).not.toBe(
      contentOf('{"id":"1","n":12345678901234567891}'),
    );
  });
});
