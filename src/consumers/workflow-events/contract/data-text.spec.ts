import fc from 'fast-check';
import { dataTextOf } from './data-text.js';

describe('the text of an event’s data', () => {
  it('is what the record says, however it is written', () => {
    expect(dataTextOf('{"data":{"n":1234567890123456789.10}}')).toBe(
      '{"n":1234567890123456789.10}',
    );
    expect(dataTextOf(' { "a" : [1,{"data":2}] , "data" : { "x" : ",}\\"" } } ')).toBe(
      '{ "x" : ",}\\"" }',
    );
    expect(dataTextOf('{"d\\u0061ta":{"x":"\\\\"},"z":"data"}')).toBe('{"x":"\\\\"}');
  });

  it('is that of the last one, where there are several', () => {
    expect(dataTextOf('{"data":1,"b":{"data":2},"data":{"c":3},"e":"data"}')).toBe('{"c":3}');
  });

  it('reads as what JSON.parse reads of it', () => {
    const fields = fc.dictionary(fc.string(), fc.jsonValue());
    fc.assert(
      fc.property(
        fields,
        fields,
        fields,
        fc.constantFrom(0, 1, 3),
        (before, data, after, space) => {
          const json = JSON.stringify({ ...before, data, ...after }, null, space);
          const { data: expected } = JSON.parse(json) as { data: unknown };
          expect(JSON.parse(dataTextOf(json))).toEqual(expected);
        },
      ),
      { numRuns: 500 },
    );
  });
});
