import {
  caseOf,
  foreignLibraries,
  readForeignRecords,
  sourceOf,
} from '../../test/support/foreign-records.js';
import type { KafkaRecord } from '../record/index.js';
import { DIALECTS } from './dialects/index.js';
import { readDeadLetter } from './read-dead-letter.js';
import { redrivenRecord } from './redrive/redriven-record.js';

const RECORDS = new Map(foreignLibraries().map((name) => [name, readForeignRecords(name)]));

/** The dead letters of a case, the first failure first. */
function lettersOf(library: string, title: string): readonly [KafkaRecord, ...KafkaRecord[]] {
  const letters = RECORDS.get(library)!.deadLetters.filter((letter) => caseOf(letter) === title);
  const [first, ...others] = letters.sort((left, right) => left.timestamp - right.timestamp);
  return [first!, ...others];
}

function sourceIn(library: string, letter: KafkaRecord): KafkaRecord {
  return sourceOf(letter, RECORDS.get(library)!);
}

const DESERIALIZATION = 'org.springframework.kafka.support.serializer.DeserializationException';
const DATA = 'org.apache.kafka.connect.errors.DataException';
const UNREADABLE = 'org.apache.kafka.common.errors.RecordDeserializationException';

/** What each library tells of each case, beside where the record came from. */
const TOLD: readonly [library: string, title: string, told: object][] = [
  [
    'spring-kafka',
    'the handler throws, with a cause',
    {
      dialect: 'spring',
      errorClass: 'java.lang.IllegalStateException',
      errorMessage:
        "Listener method 'void SpringListeners$Listeners.book(java.lang.String)' threw exception; the invoice cannot be booked",
      consumerGroup: 'spring-billing',
      attempts: 3,
    },
  ],
  ...['value', 'key'].map((part): [string, string, object] => [
    'spring-kafka',
    `the ${part} cannot be deserialized`,
    {
      dialect: 'spring',
      errorClass: DESERIALIZATION,
      errorMessage: 'failed to deserialize',
      consumerGroup: 'spring-payments',
    },
  ]),
  [
    'spring-kafka',
    'the retry topics are exhausted',
    {
      dialect: 'spring-retry',
      errorClass: 'java.lang.IllegalArgumentException',
      errorMessage: 'Listener failed; the order cannot be shipped',
      consumerGroup: 'spring-shipping',
      attempts: 3,
    },
  ],
  ...[
    ['the converter cannot read the key', 'KEY_CONVERTER', DATA, 'Failed to deserialize long: '],
    [
      'the converter cannot read the value',
      'VALUE_CONVERTER',
      DATA,
      'Converting byte[] to Kafka Connect data failed due to serialization error: ',
    ],
    [
      'a transformation fails',
      'TRANSFORMATION',
      DATA,
      'Value (many) was out of range for requested data type',
    ],
    [
      'the sink reports the record',
      'TASK_PUT',
      'java.lang.IllegalArgumentException',
      'the store takes no negative amounts',
    ],
  ].map(([title, reason, errorClass, errorMessage]): [string, string, object] => [
    'kafka-connect',
    title!,
    { dialect: 'kafka-connect', handler: 'ledger-sink', reason, errorClass, errorMessage },
  ]),
  [
    'smallrye',
    'the method fails, with a cause',
    {
      dialect: 'smallrye',
      errorClass: 'java.lang.IllegalStateException',
      errorMessage: 'the invoice cannot be booked',
    },
  ],
  [
    'smallrye',
    'the value cannot be deserialized',
    {
      dialect: 'smallrye',
      errorClass: UNREADABLE,
      errorMessage: 'Size of data received by IntegerDeserializer is not 4',
    },
  ],
  [
    'smallrye',
    'the key cannot be deserialized',
    {
      dialect: 'smallrye',
      errorClass: UNREADABLE,
      errorMessage: 'Size of data received by LongDeserializer is not 8',
    },
  ],
  [
    'smallrye',
    'the retry topics are exhausted',
    {
      dialect: 'smallrye-retry',
      errorClass: 'java.lang.IllegalArgumentException',
      errorMessage: 'the order cannot be shipped, failure 3',
      attempts: 3,
    },
  ],
  [
    'watermill',
    'the handler fails, with a cause',
    {
      dialect: 'watermill',
      errorMessage: 'the invoice cannot be booked: the ledger is closed',
      handler: 'book_invoices',
    },
  ],
];

/** What these say of where a record came from, besides its topic. */
const PLACE = ['originalPartition', 'originalOffset'] as const;
const TIME = ['originalTimestamp'] as const;
const KNOWN_OF_ORIGIN: Record<string, readonly (typeof PLACE | typeof TIME)[number][]> = {
  spring: [...PLACE, ...TIME],
  'spring-retry': [...PLACE, ...TIME],
  'kafka-connect': [...PLACE, ...TIME],
  smallrye: PLACE,
  'smallrye-retry': [...PLACE, ...TIME],
  watermill: [],
};

describe('a dead letter as its library writes it', () => {
  it('is known here in every case that was recorded, in every foreign dialect', () => {
    const recorded = [...RECORDS].flatMap(([library, { sources }]) =>
      sources.map((source) => `${library}: ${caseOf(source)}`),
    );
    expect(TOLD.map(([library, title]) => `${library}: ${title}`).sort()).toEqual(recorded.sort());
    const dialects = DIALECTS.map(({ name }) => name).filter((name) => name !== 'millrace');
    expect(Object.keys(KNOWN_OF_ORIGIN).sort()).toEqual(dialects.sort());
  });

  it.each(TOLD)('tells of %s, %s: error, attempts and who gave up', (library, title, told) => {
    const [record] = lettersOf(library, title);
    expect(readDeadLetter(record)).toMatchObject(told);
    const absent = ['reason', 'consumerGroup', 'attempts', 'handler'].filter((it) => !(it in told));
    for (const field of absent) expect(readDeadLetter(record)).not.toHaveProperty(field);
  });

  it.each(TOLD)('tells of %s, %s, where the record came from', (library, title) => {
    const [record] = lettersOf(library, title);
    const { topic, partition, offset, timestamp } = sourceIn(library, record);
    const origin = {
      originalPartition: partition,
      originalOffset: offset,
      originalTimestamp: timestamp,
    };
    const letter = readDeadLetter(record);
    expect(letter.originalTopic).toBe(topic);
    const known = KNOWN_OF_ORIGIN[letter.dialect]!;
    for (const field of [...PLACE, ...TIME])
      expect(letter[field]).toBe(known.includes(field) ? origin[field] : undefined);
  });
});

describe('a redriven foreign record', () => {
  const redriven = (record: KafkaRecord): KafkaRecord => {
    const letter = readDeadLetter(record);
    const target = letter.originalTopic!;
    const sent = redrivenRecord(letter, { target, redriveId: 'r', atMs: 1 });
    return { ...record, ...sent };
  };
  const taken = TOLD.filter(([library]) => library !== 'watermill').filter(
    ([library, title]) => !(library === 'smallrye' && title === 'the key cannot be deserialized'),
  );

  it.each(taken)('of %s, %s, has key and value of its source', (library, title) => {
    const [record] = lettersOf(library, title);
    const { key, value, topic, partition } = sourceIn(library, record);
    expect(redriven(record)).toMatchObject({ key, value, topic, partition });
  });

  it('of Watermill has the value of its source, and no key: its marshaler drops keys', () => {
    const [record] = lettersOf('watermill', 'the handler fails, with a cause');
    expect([record.key, redriven(record).value!.toString()]).toEqual([null, 'refused invoice']);
  });

  it.each([
    ['spring-kafka', /^retry_topic-/],
    ['smallrye', /^delayed-retry-(count|.*timestamp)$/],
  ])('of %s starts anew: its retries are not counted on', (library, name) => {
    const [record] = lettersOf(library, 'the retry topics are exhausted');
    const namesOf = ({ headers }: KafkaRecord): string[] => headers.map(([each]) => each);
    expect(namesOf(record).filter((each) => name.test(each))).not.toEqual([]);
    expect(namesOf(redriven(record)).filter((each) => name.test(each))).toEqual([]);
  });

  it('does not bring the bytes along that SmallRye would write in place of its value', () => {
    const [record] = lettersOf('smallrye', 'the value cannot be deserialized');
    const names = redriven(record).headers.map(([name]) => name);
    expect(names.filter((name) => name.startsWith('deserialization-failure'))).toEqual([]);
    expect(names).toEqual(expect.arrayContaining(['dead-letter-reason', 'case', 'trace']));
  });

  it('is never made of a dead letter whose value SmallRye has lost', () => {
    const lost = lettersOf('smallrye', 'the key cannot be deserialized');
    expect(lost.map((record) => readDeadLetter(record).isPointer)).toEqual([true]);
    const others = [...RECORDS.values()].flatMap(({ deadLetters }) => deadLetters);
    const pointers = others.filter((record) => readDeadLetter(record).isPointer);
    expect(pointers.map(caseOf)).toEqual(['the key cannot be deserialized']);
  });
});

describe('a foreign record that failed again', () => {
  const again = [...RECORDS].flatMap(([library, { deadLetters }]) =>
    [...new Set(deadLetters.map(caseOf))]
      .map((title) => lettersOf(library, title!))
      .filter((letters) => letters.length > 1)
      .map((letters): [string, string, readonly KafkaRecord[]] => [
        library,
        caseOf(letters[0])!,
        letters,
      ]),
  );

  it.each(again)('in %s, %s, counts its redrive and proposes its source again', (...row) => {
    const [first, second] = row[2].map(readDeadLetter);
    expect([first!.redriveCount, second!.redriveCount]).toEqual([0, 1]);
    expect(second!.originalTopic).toBe(first!.originalTopic);
  });

  it('in SmallRye tells of its latest failure, which stands first', () => {
    const [, shipped] = lettersOf('smallrye', 'the retry topics are exhausted');
    expect(readDeadLetter(shipped!)).toMatchObject({
      errorMessage: 'the order cannot be shipped, failure 6',
    });
    const [, paid] = lettersOf('smallrye', 'the value cannot be deserialized');
    expect(readDeadLetter(paid!)).toMatchObject({
      errorClass: 'io.smallrye.reactive.messaging.providers.ProcessingException',
      originalOffset: 3,
    });
  });

  it('behind retry topics was tried as often as the first time', () => {
    const [, spring] = lettersOf('spring-kafka', 'the retry topics are exhausted');
    const [, smallrye] = lettersOf('smallrye', 'the retry topics are exhausted');
    expect([spring, smallrye].map((letter) => readDeadLetter(letter!).attempts)).toEqual([3, 3]);
  });

  it('in SmallRye is the record as it was redriven, mended', () => {
    const [unreadable, mended] = lettersOf('smallrye', 'the value cannot be deserialized');
    expect(unreadable.value).toEqual(Buffer.from([0xff, 0x00]));
    expect(mended!.value).toEqual(Buffer.from([0xff, 0xff, 0xff, 0xfe]));
  });
});
