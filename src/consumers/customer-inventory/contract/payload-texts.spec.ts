import fc from 'fast-check';
import { payloadTextsOf } from './payload-texts.js';

describe('the texts of a payload', () => {
  it('are those of its entities as they are written, spaces between them left out', () => {
    const json =
      '{ "a": [1, {"payload": [2]}], "payload" : [ {"id": "1", "n": 1.10} ,\n{"id":"2"}\t] }';
    expect(payloadTextsOf(json)).toEqual(['{"id": "1", "n": 1.10}', '{"id":"2"}']);
  });

  it('keep the digits that a number would lose', () => {
    const entity = '{"id":"1","n":12345678901234567890.123}';
    expect(payloadTextsOf(`{"payload":[${entity}]}`)).toEqual([entity]);
  });

  it('are those of the last payload, however its name is written', () => {
    const json = String.raw`{"payload":[{"id":"1"}],"p\u0061yload":[{"id":"2"},{"id":"3"}],"x":[4]}`;
    expect(payloadTextsOf(json)).toEqual(['{"id":"2"}', '{"id":"3"}']);
  });

  it('are none of an empty list, and none where a text only looks like one', () => {
    expect(payloadTextsOf('{"payload":[ ],"x":"\\"payload\\":[{}]"}')).toEqual([]);
  });

  it('read as the entities that the whole reads as', () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.array(fc.dictionary(fc.string(), fc.jsonValue())),
        (before, payload) => {
          const json = JSON.stringify({ before, payload, after: before }, null, 1);
          const expected = (JSON.parse(json) as { payload: unknown[] }).payload;
          expect(payloadTextsOf(json).map((text) => JSON.parse(text) as unknown)).toEqual(expected);
        },
      ),
    );
  });
});
