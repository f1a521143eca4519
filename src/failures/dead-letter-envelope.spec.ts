import type { OutgoingRecord } from '../kafka/index.js';
import type { Delivery, RecordHeader } from '../record/index.js';
import { headerText } from '../record/index.js';
import { ConsumerHeaders } from './consumer-headers.decorator.js';
import { DEAD_LETTER_HEADERS } from './dead-letter-headers.js';
import { deadLetterForms, toDeadLetter } from './dead-letter-envelope.js';
import { RETRY_HEADERS } from './retry-headers.js';

@ConsumerHeaders()
class AskingController {}

const LONG_NAME = 'a'.repeat(200);
const OURS = new Set<string>([
  ...Object.values(DEAD_LETTER_HEADERS),
  ...Object.values(RETRY_HEADERS),
]);
const FOREIGN: readonly RecordHeader[] = [
  ['trace', Buffer.from([0xff, 0x00])],
  ['trace', null],
  ['x-dlq', Buffer.from('not one of ours')],
];

function delivery(topic: string, headers: readonly RecordHeader[]): Delivery {
  const origin = { topic: LONG_NAME, partition: 11, offset: 2 ** 50, timestamp: 1_700_000_000_000 };
  return {
    record: {
      ...origin,
      topic,
      key: Buffer.from([0xff]),
      value: Buffer.from('{"a": 1}'),
      headers,
    },
    origin,
    handler: {
      consumer: 'c',
      groupId: LONG_NAME,
      topic: LONG_NAME,
      handler: `${'C'.repeat(150)}.handle`,
    },
    failedAttempts: 4,
    firstFailedAt: new Date(0),
  } as unknown as Delivery;
}

function failing(): Error {
  const error = new Error('ä'.repeat(5_000));
  error.stack = `Error\n${`    at ${'somewhere'.repeat(9)} (file.ts:1:1)\n`.repeat(100)}`;
  return error;
}

const deadLetterOf = (given: Delivery): OutgoingRecord =>
  toDeadLetter('t.dlq', {
    delivery: given,
    reason: 'exhausted',
    error: failing(),
    failedAt: new Date(1_700_000_000_000),
  });

/** What a redrive does to a dead letter: it counts, and says where the record came from. */
function redriven({ headers }: OutgoingRecord, count: number): RecordHeader[] {
  return [
    ...headers.filter(([name]) => name !== DEAD_LETTER_HEADERS.redriveCount),
    [DEAD_LETTER_HEADERS.redriveCount, Buffer.from(String(count))],
    ...Object.values(RETRY_HEADERS).map((name): RecordHeader => [name, Buffer.from('1')]),
  ];
}

const bytesOf = (headers: readonly RecordHeader[]): number =>
  headers.reduce((sum, [name, value]) => sum + name.length + (value?.length ?? 0), 0);

describe('a dead letter', () => {
  it('holds ours once and within 4 KiB, and everything else byte for byte, after 50 redrives', () => {
    let letter = deadLetterOf(delivery(LONG_NAME, FOREIGN));
    for (let count = 1; count <= 50; count += 1) {
      const topic = `${LONG_NAME}.${LONG_NAME}.${count % 2 === 0 ? 'redrive' : 'retry.2'}`;
      letter = deadLetterOf(delivery(topic, redriven(letter, count)));
    }
    const ours = letter.headers.filter(([name]) => OURS.has(name));
    expect(new Set(ours.map(([name]) => name)).size).toBe(ours.length);
    expect(bytesOf(ours)).toBeLessThanOrEqual(4096);
    expect(letter.headers.filter(([name]) => !OURS.has(name))).toEqual(FOREIGN);
    expect([letter.key, letter.value]).toEqual([Buffer.from([0xff]), Buffer.from('{"a": 1}')]);
    expect(headerText(letter.headers, 'x-dlq-redrive-count')).toBe('50');
    expect(headerText(letter.headers, 'x-dlq-original-topic')).toBe(LONG_NAME);
  });

  it('believes no redrive count, and keeps headers named like those of retries, on the source topic', () => {
    const forged: RecordHeader[] = [
      ['x-dlq-redrive-count', Buffer.from('99')],
      ['x-retry-attempt', Buffer.from('7')],
    ];
    const { headers } = deadLetterOf(delivery(LONG_NAME, forged));
    expect(headerText(headers, 'x-dlq-redrive-count')).toBe('0');
    expect(headerText(headers, 'x-retry-attempt')).toBe('7');
  });

  it('takes a redrive count that is no number for none', () => {
    const topic = `${LONG_NAME}.${LONG_NAME}.redrive`;
    const counts = ['', 'x', '-1', '1.5', 'NaN'].map((text) => {
      const headers: RecordHeader[] = [['x-dlq-redrive-count', Buffer.from(text)]];
      return headerText(deadLetterOf(delivery(topic, headers)).headers, 'x-dlq-redrive-count');
    });
    expect(counts).toEqual(['0', '0', '0', '0', '0']);
  });

  it('loses its diagnostics first and is compressed then, the record the same in every form', () => {
    const parts = { reason: 'exhausted', error: failing(), failedAt: new Date(0) } as const;
    const given = delivery(LONG_NAME, FOREIGN);
    const forms = deadLetterForms('t.dlq', { ...parts, delivery: given }).map((form) => form());
    const [whole, short, compressed] = forms.map(({ headers }) => bytesOf(headers));
    expect(whole).toBeGreaterThan(3_000);
    expect(short).toBeLessThan(1_800);
    expect(compressed).toBe(short);
    expect(forms.map(({ isCompressed = false }) => isCompressed)).toEqual([false, false, true]);
    for (const { key, value, headers } of forms) {
      expect([key, value]).toEqual([given.record.key, given.record.value]);
      expect(headers.slice(0, FOREIGN.length)).toEqual(FOREIGN);
    }
  });

  it('says when and why also in the consumer headers, where the controller asks for them', () => {
    const given = delivery(LONG_NAME, [['consumer_error', Buffer.from('its own')]]);
    expect(headerText(deadLetterOf(given).headers, 'consumer_error')).toBe('its own');
    const asked = { ...given, handler: { ...given.handler, controller: AskingController } };
    const { headers } = deadLetterOf(asked);
    expect(headers[0]).toEqual(['consumer_error', Buffer.from('its own')]);
    expect(headers.slice(-2)).toEqual([
      ['consumer_failed_at', Buffer.from('2023-11-14T22:13:20.000Z')],
      ['consumer_error', Buffer.from('ä'.repeat(128))],
    ]);
    expect(bytesOf(headers.slice(1))).toBeLessThanOrEqual(4096);
  });
});
