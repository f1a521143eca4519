import 'reflect-metadata';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { ContractViolationError } from '../../../record/index.js';
import { MeteringEvent } from '../contract/index.js';
import { entryRecord, toLedgerEntry } from './index.js';

const EVENT = {
  event_id: 'evt-1',
  agent_id: 'agent-ä',
  resource_type: 'tokens',
  quantity: '1.5',
  cost: '0.00250',
  currency: 'USD',
  occurred_at: '2026-01-31T13:00:00+01:00',
};
const PLACE = { topic: 'events', partition: 7, offset: 41 };

const event = (changes: object = {}): MeteringEvent =>
  plainToInstance(MeteringEvent, { ...EVENT, ...changes });
const bytes = (changes: object = {}): Buffer =>
  Buffer.from(JSON.stringify({ ...EVENT, ...changes }));

describe('a metering event', () => {
  it('becomes an entry for its agent, in the partition of its source, with the cost as it was written', () => {
    const record = entryRecord(toLedgerEntry(event(), bytes(), PLACE), 'entries', 1_000);
    expect(JSON.parse(record.value!.toString())).toEqual({
      entry_id: 'evt-1',
      agent_id: 'agent-ä',
      amount: '0.00250',
      currency: 'USD',
      occurred_at: '2026-01-31T13:00:00+01:00',
      source: PLACE,
    });
    expect({ ...record, value: null, headers: [] }).toEqual({
      ...{ topic: 'entries', partition: 7, timestamp: 1_000, value: null, headers: [] },
      key: Buffer.from('agent-ä'),
    });
    expect(record.headers).toEqual([['event-id', Buffer.from('evt-1')]]);
  });

  it('with a cost as a number becomes an entry with its decimals', () => {
    expect(toLedgerEntry(event({ cost: 1e-7 }), bytes(), PLACE).amount.toString()).toBe(
      '0.0000001',
    );
  });

  it.each(Object.keys(EVENT))('must have %s, and not as null', (field) => {
    for (const value of [undefined, null]) {
      const errors = validateSync(event({ [field]: value }), { whitelist: true });
      expect(errors.map(({ property }) => property)).toEqual([field]);
    }
  });

  it.each<[string, MeteringEvent, Buffer]>([
    ['cost: must be an exact amount', event(), Buffer.from('{"cost":0.10000000000000000001}')],
    [
      'occurred_at: must be a time in the years 1 to 9999',
      event({ occurred_at: '0000-06-01T00:00:00Z' }),
      bytes(),
    ],
  ])('that breaks a rule is a violation of its contract: %s', (message, broken, json) => {
    expect(() => toLedgerEntry(broken, json, PLACE)).toThrow(message);
    expect(() => toLedgerEntry(broken, json, PLACE)).toThrow(ContractViolationError);
  });
});
