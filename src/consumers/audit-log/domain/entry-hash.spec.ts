import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { EMPTY_CHAIN, hashOf, type AuditEntry } from './index.js';

const ENTRY: AuditEntry = {
  topic: 'events',
  partition: 3,
  sequence: 12n,
  offset: 40n,
  recordTimestamp: 1_769_860_800_000n,
  readTopic: 'events',
  readPartition: 3,
  readOffset: 40n,
  eventId: 'evt-ä',
  agentId: 'agent-1',
  appendedAt: 1_769_860_800_123_000n,
  key: null,
  value: Buffer.from('{"a":1}'),
  headers: [
    [Buffer.from('x'), Buffer.from([0xff, 0])],
    [Buffer.from('x'), null],
  ],
  previousHash: EMPTY_CHAIN.hash,
};

/** The encoding as the README says it, in other words than the code's. */
const field = (bytes: Buffer | string | null): Buffer => {
  if (bytes === null) return Buffer.from([0]);
  const content = Buffer.from(bytes);
  const length = content.length.toString(16).padStart(16, '0');
  return Buffer.concat([Buffer.from([1]), Buffer.from(length, 'hex'), content]);
};

describe('the hash of an entry', () => {
  it('is SHA-256 over its columns, each with its length in front, as it is documented', () => {
    const bytes = Buffer.concat(
      [
        ...[
          'millrace.audit-log.1',
          'events',
          '3',
          '12',
          '40',
          '1769860800000',
          'events',
          '3',
          '40',
        ],
        ...['evt-ä', 'agent-1', '1769860800123000', null, '{"a":1}', '2'],
        ...['x', Buffer.from([0xff, 0]), 'x', null, Buffer.alloc(32)],
      ].map(field),
    );
    expect(hashOf(ENTRY)).toEqual(createHash('sha256').update(bytes).digest());
  });

  it.each<[string, Partial<AuditEntry>]>([
    ['its topic', { topic: 'event' }],
    ['its partition', { partition: 4 }],
    ['its sequence', { sequence: 13n }],
    ['its offset', { offset: 41n }],
    ['its timestamp', { recordTimestamp: 0n }],
    ['where it was read', { readTopic: 'events.group.redrive' }],
    ['its event', { eventId: 'evt-a' }],
    ['its agent', { agentId: 'agent-2' }],
    ['when it was appended', { appendedAt: 1n }],
    ['its key, empty instead of none', { key: Buffer.alloc(0) }],
    ['its value', { value: Buffer.from('{"a":2}') }],
    [
      'a header’s value, empty instead of none',
      { headers: [ENTRY.headers[0]!, [Buffer.from('x'), Buffer.alloc(0)]] },
    ],
    ['the order of its headers', { headers: [...ENTRY.headers].reverse() }],
    ['one header less', { headers: ENTRY.headers.slice(1) }],
    ['the entry before it', { previousHash: Buffer.alloc(32, 1) }],
  ])('is another one for another %s', (_, changes) => {
    expect(hashOf({ ...ENTRY, ...changes })).not.toEqual(hashOf(ENTRY));
  });

  it('is another one wherever bytes move from one field to the next', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.nat(), (text, split) => {
        const cut = split % text.length;
        const apart = { ...ENTRY, eventId: text.slice(0, cut), agentId: text.slice(cut) };
        const moved = { ...ENTRY, eventId: text, agentId: '' };
        expect(hashOf(apart)).not.toEqual(hashOf(moved));
      }),
    );
  });
});
