import 'reflect-metadata';
import { ValidationPipe } from '@nestjs/common';
import { ContractViolationError } from '../../../record/index.js';
import { SyncMessage } from '../contract/index.js';
import { toMergeMessage } from './sync-message.translator.js';

const MESSAGE = {
  messageId: 'm-1',
  source: 'crm',
  eventType: 'CUSTOMER',
  timestamp: '2026-01-31T12:00:00Z',
  payload: [{ id: 'c-1', name: 'Ada' }],
  metadata: { syncType: 'INITIAL_FULL', recordCount: 1 },
};
const origin = { topic: 'customer_data', partition: 3, offset: 5, timestamp: 1_769_860_800_000 };

/** As the transport checks contracts. */
const pipe = new ValidationPipe({
  transform: true,
  whitelist: true,
  forbidUnknownValues: true,
  exceptionFactory: ([error]) =>
    new ContractViolationError(`${error!.property}: ${Object.keys(error!.constraints!)[0]}`),
});
const read = async (json: string): Promise<SyncMessage> =>
  (await pipe.transform(JSON.parse(json), { type: 'body', metatype: SyncMessage })) as SyncMessage;
const translated = async (json: string, kind: 'customer' | 'product' = 'customer') =>
  toMergeMessage(await read(json), { kind, json: Buffer.from(`\uFEFF${json}`), origin });
const withChanges = (changes: object): string => JSON.stringify({ ...MESSAGE, ...changes });

describe('a message of customers', () => {
  it('is told in the terms of the domain, its entities as they are written', async () => {
    const entity = '{"name":"Ada", "id" : "c-1", "balance":0.10000000000000000001}';
    const json = withChanges({ more: 1 }).replace('{"id":"c-1","name":"Ada"}', entity);
    const { place, at, entities } = await translated(json);
    expect(place).toEqual(origin);
    expect(String(at)).toBe('2026-01-31T12:00:00.000000Z');
    expect(entities).toEqual([
      { kind: 'customer', id: 'c-1', text: entity, content: expect.any(String) as string },
    ]);
  });

  it('may be empty', async () => {
    expect((await translated(withChanges({ payload: [] }))).entities).toEqual([]);
  });

  it('may have fields of any name', async () => {
    const entity = '{"id":"c-1","constructor":1,"__proto__":{"polluted":true},"prototype":[null]}';
    const json = withChanges({}).replace('{"id":"c-1","name":"Ada"}', entity);
    expect((await translated(json)).entities[0]!.text).toBe(entity);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it.each([
    ['messageId', undefined],
    ['messageId', ' '],
    ['source', 7],
    ['eventType', 'ORDER'],
    ['timestamp', '2026-02-30T12:00:00Z'],
    ['timestamp', '2026-01-31'],
    ['payload', undefined],
    ['payload', { id: 'c-1' }],
    ['payload', [null]],
    ['payload', ['c-1']],
    ['payload', [{ name: 'without an id' }]],
    ['payload', [{ id: 7 }]],
    ['payload', [{ id: 'c-1' }, { id: '' }]],
    ['metadata', undefined],
    ['metadata', 'full'],
  ])('is refused for its %s, and its value is not told', async (field, value) => {
    const refused = translated(withChanges({ [field]: value }));
    await expect(refused).rejects.toThrow(ContractViolationError);
    await expect(refused).rejects.toThrow(new RegExp(`^${field}: \\w+$`));
  });

  it('is refused on the topic of the other kind', async () => {
    await expect(translated(withChanges({}), 'product')).rejects.toThrow(/^eventType: /);
  });
});
