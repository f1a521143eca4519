import 'reflect-metadata';
import fc from 'fast-check';
import { ContractViolationError } from '../../../record/index.js';
import { requireNumbersAsWritten } from './index.js';

const INEXACT = '23.500000000000000001';
const LINE = { product_id: 'p-1', product_title: 'A thing', quantity: 2, unit_price: '10.00' };
const EVENT = { order_id: 'ord-1', total_price: '40.00', line_items: [LINE, LINE] };

/** Stands for a number that JSON.stringify could not write. */
const number = (digits: string): string => `#number ${digits}`;

const written = (event: object): string =>
  JSON.stringify(event).replace(/"#number ([^"]+)"/g, '$1');

function violationOf(json: string): string | undefined {
  try {
    requireNumbersAsWritten(Buffer.from(json));
  } catch (error) {
    if (error instanceof ContractViolationError) return error.message;
    throw error;
  }
  return undefined;
}

const lines = (changes: object): object => ({
  ...EVENT,
  line_items: [LINE, { ...LINE, ...changes }],
});

describe('the numbers of an order event', () => {
  it.each<[string, object]>([
    [
      'total_price: must be, as a number, of at most 15',
      { ...EVENT, total_price: number(INEXACT) },
    ],
    [
      'total_price: must be, as a number, of at most 15',
      { ...EVENT, total_price: number('-1e-400') },
    ],
    ['line_items.1.unit_price: must be', lines({ unit_price: number(INEXACT) })],
    [
      'line_items.1.quantity: must be a whole number',
      lines({ quantity: number('2.00000000000000000001') }),
    ],
  ])('are refused where they were not read as written: %s', (violation, event) => {
    expect(violationOf(written(event))).toContain(violation);
    expect(violationOf(`\uFEFF ${written({ name: 'Müller 👩‍🚀', ...event })}`)).toContain(violation);
    expect(violationOf(written(event))).not.toMatch(/23|\de-|0000/);
  });

  it.each<[string, object]>([
    ['prices as text of any length', { ...EVENT, total_price: '23.500000000000000001' }],
    ['a price with zeros at its end', { ...EVENT, total_price: number('23.5000000000000000000') }],
    [
      'a quantity with zeros behind the point',
      lines({ quantity: number('2.00000000000000000000') }),
    ],
    ['the largest quantity', lines({ quantity: number('9007199254740991') })],
    ['a long number in another field', { extra: number(INEXACT), ...EVENT }],
    [
      'one of a price elsewhere',
      { ...EVENT, unit_price: number(INEXACT), x: { total_price: number('1e-400') } },
    ],
    [
      'a long number in a line',
      lines({ weight: number(INEXACT), tax: { unit_price: number('1e999') } }),
    ],
  ])('may be %s', (_, event) => {
    expect(violationOf(written(event))).toBeUndefined();
  });

  it('are judged by the last of a repeated name, however it is spelt', () => {
    const other = written({ ...EVENT, total_price: number(INEXACT) }).slice(1, -1);
    const plain = written(EVENT).slice(1, -1);
    const spelt = other.replace('total_price', 'total\\u005fprice');
    expect(violationOf(`{${other},${plain}}`)).toBeUndefined();
    expect(violationOf(`{${plain},${other}}`)).toMatch(/^total_price/);
    expect(violationOf(`{${plain},${spelt}}`)).toMatch(/^total_price/);
    expect(violationOf(`{"__proto__":{"total_price":${INEXACT}},${plain}}`)).toBeUndefined();
  });

  it('are refused exactly where a price or a quantity is misread, whatever stands around it', () => {
    const noise = fc.dictionary(
      fc.string({ unit: 'binary' }).map((name) => `x${name}`),
      fc.oneof(
        fc.jsonValue(),
        fc.constantFrom('"', '\\', INEXACT, number(INEXACT), number('1e-400')),
      ),
    );
    const place = fc.constantFrom(
      'none',
      'total_price',
      'line_items.1.unit_price',
      'line_items.0.quantity',
    );
    fc.assert(
      fc.property(place, noise, noise, fc.boolean(), (field, outer, inner, isFirst) => {
        const at = (name: string): object =>
          field.endsWith(name) ? { [field.split('.').at(-1)!]: number(INEXACT) } : {};
        const event = {
          ...EVENT,
          ...at('total_price'),
          line_items: [
            { ...inner, ...LINE, ...at('0.quantity') },
            { ...LINE, ...at('1.unit_price'), inner },
          ],
        };
        const json = written(isFirst ? { ...outer, ...event } : { ...event, ...outer });
        expect(violationOf(json)?.split(':')[0] ?? 'none').toBe(field);
      }),
    );
  });
});
