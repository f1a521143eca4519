import 'reflect-metadata';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { ContractViolationError } from '../../../record/index.js';
import { MeteringEvent } from '../contract/index.js';
import { toUsage } from './index.js';

const EVENT = {
  event_id: 'evt-1',
  agent_id: 'agent-1',
  resource_type: 'tokens',
  quantity: '1.50',
  cost: 0.0025,
  currency: 'USD',
  occurred_at: '2026-01-31T13:00:00.000001+01:00',
};

const event = (changes: object = {}): MeteringEvent =>
  plainToInstance(MeteringEvent, { ...EVENT, ...changes });
const bytes = (changes: object = {}): Buffer =>
  Buffer.from(JSON.stringify({ ...EVENT, ...changes }));
const violationsOf = (changes: object): string[] =>
  validateSync(event(changes), { whitelist: true }).map(({ property }) => property);

describe('a metering event', () => {
  it('becomes usage, with exact amounts and its time to the microsecond', () => {
    const { quantity, cost, occurredAt, ...rest } = toUsage(event(), bytes());
    expect([quantity, cost, occurredAt].map(String)).toEqual([
      '1.50',
      '0.0025',
      '2026-01-31T12:00:00.000001Z',
    ]);
    expect(rest).toEqual({ agentId: 'agent-1', resourceType: 'tokens', currency: 'USD' });
  });

  it.each(Object.keys(EVENT))('must have %s, and not as null', (field) => {
    expect(violationsOf({ [field]: undefined })).toEqual([field]);
    expect(violationsOf({ [field]: null })).toEqual([field]);
  });

  it.each<[string, readonly unknown[]]>([
    ['event_id', ['', ' ', 1, {}, 'x'.repeat(201), 'a\0b', '\ud800']],
    ['quantity', ['', '-1', '1e3', -1, 0.1 + 0.2, 2 ** 53, true, {}]],
    ['cost', ['free', '1,5', NaN, [1]]],
    ['currency', ['', 978, null]],
    ['occurred_at', ['yesterday', '2026-02-30T00:00:00Z', '2026-01-31T12:00:00', 1_769_860_800]],
  ])('refuses a bad %s', (field, values) => {
    for (const value of values) expect(violationsOf({ [field]: value })).toEqual([field]);
  });

  it.each<[string, MeteringEvent, Buffer]>([
    [
      'quantity: must be an exact amount',
      event({ quantity: 1 }),
      Buffer.from('{"quantity":1.00000000000000000001}'),
    ],
    [
      'occurred_at: must be a time in the years 1 to 9999',
      event({ occurred_at: '0000-06-01T00:00:00Z' }),
      bytes(),
    ],
  ])('that breaks a rule is a violation of its contract: %s', (message, broken, json) => {
    expect(() => toUsage(broken, json)).toThrow(message);
    expect(() => toUsage(broken, json)).toThrow(ContractViolationError);
  });
});
