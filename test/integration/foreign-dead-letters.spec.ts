import { headerText, type KafkaRecord } from '../../src/record/index.js';
import {
  CASE_HEADER,
  caseOf,
  foreignLibraries,
  readForeignRecords,
  sourceOf,
} from '../support/foreign-records.js';
import { produceWithJava } from '../support/java-producer.js';
import { millrace } from '../support/millrace.js';
import { headerOf, sharedBroker, TestKafka, uniqueName } from '../support/test-kafka.js';

const PARTITIONS = 3;
// Some keep the timestamps of their sources, which are old.
const KEPT = { 'retention.ms': '-1' };
/** SmallRye loses the value of these. */
const LOST = 'the key cannot be deserialized';

interface Failed {
  readonly letter: KafkaRecord;
  readonly source: KafkaRecord;
}

interface Given {
  readonly name: string;
  /** The dead-letter topic here; the library's own has the same name in every run. */
  readonly topic: string;
  readonly source: string;
  /** First failures, in the order of their places. */
  readonly failed: readonly Failed[];
}

function givenOf(library: string): Given[] {
  const records = readForeignRecords(library);
  const first = records.deadLetters.filter(
    ({ headers }) => headerText(headers, 'x-dlq-redrive-count') === undefined,
  );
  return [...new Set(first.map(({ topic }) => topic))].map((name) => {
    const failed = first
      .filter((letter) => letter.topic === name)
      .map((letter) => ({ letter, source: sourceOf(letter, records) }));
    const topic = `${uniqueName(name)}-dlt`;
    return { name: `${library}, ${name}`, topic, source: failed[0]!.source.topic, failed };
  });
}

const GIVEN = foreignLibraries().flatMap(givenOf);
const TOPICS = GIVEN.map((given): [string, Given] => [given.name, given]);

interface ListedLetter {
  readonly partition: number;
  readonly offset: number;
  readonly originalTopic: string;
  readonly originalPartition?: number;
  readonly originalOffset?: number;
  readonly errorClass?: string;
  readonly errorMessage: string;
  readonly headers: readonly (readonly [string, string, string])[];
}

async function json<Answer>(...words: string[]): Promise<Answer> {
  const { code, out, err } = await millrace([...words, '--json']);
  expect([code, code === 0 ? '' : err]).toEqual([0, '']);
  return JSON.parse(out) as Answer;
}

async function listed({ topic }: Given): Promise<ListedLetter[]> {
  const { deadLetters } = await json<{ deadLetters: ListedLetter[] }>('dead-letters', 'ls', topic);
  return deadLetters;
}

const caseOfListed = ({ headers }: ListedLetter): string =>
  headers.find(([name]) => name === CASE_HEADER)![1];

describe('dead letters that other libraries wrote', () => {
  let kafka: TestKafka;

  beforeAll(async () => {
    kafka = await TestKafka.connect();
    for (const { topic, source } of GIVEN) {
      await kafka.createTopic(topic, PARTITIONS, KEPT);
      await kafka.createTopic(source, PARTITIONS);
    }
    await produceWithJava(
      sharedBroker(),
      'none',
      GIVEN.flatMap(({ topic, failed }) => failed.map(({ letter }) => ({ ...letter, topic }))),
    );
  });

  afterAll(() => kafka.close());

  it('are there of every library whose records were kept', () => {
    expect(GIVEN.length).toBeGreaterThanOrEqual(8);
  });

  it.each(TOPICS)('are listed where they came from, each with its error (%s)', async (_, given) => {
    const letters = await listed(given);
    expect(letters.map(caseOfListed).sort()).toEqual(
      given.failed.map(({ letter }) => caseOf(letter)).sort(),
    );
    for (const letter of letters) {
      const { source } = given.failed.find((one) => caseOf(one.letter) === caseOfListed(letter))!;
      expect(letter.originalTopic).toBe(source.topic);
      expect(letter.errorMessage).not.toBe('');
      if (given.name.startsWith('watermill')) continue; // it tells neither place nor class
      expect([letter.originalPartition, letter.originalOffset]).toEqual([
        source.partition,
        source.offset,
      ]);
      expect(letter.errorClass).toMatch(/^(java|org)\..*(Exception)$/);
    }
  });

  it.each(TOPICS)('are shown with origin, error and headers (%s)', async (_, given) => {
    for (const letter of await listed(given)) {
      const place = `${letter.partition}:${letter.offset}`;
      const { code, out } = await millrace(['dead-letters', 'show', given.topic, place]);
      expect(code).toBe(0);
      expect(out).toContain(`originalTopic: ${given.source}\n`);
      expect(out).toContain(`errorMessage: ${letter.errorMessage.trimEnd()}\n`);
      expect(out).toContain(`\n${CASE_HEADER}: ${caseOfListed(letter)}\n`);
    }
  });

  it.each(TOPICS)('are redriven to the source that a dry run names (%s)', async (_, given) => {
    const words = ['dead-letters', 'redrive', given.topic, '--all'];
    const plan = await json<{ wouldTake: number; proposedTargets: string[] }>(
      ...words,
      '--dry-run',
    );
    expect(plan).toMatchObject({ wouldTake: 0, proposedTargets: [given.source] });
    const before = await kafka.ends(given.source);
    const isLost = ({ letter }: Failed): boolean =>
      given.name.startsWith('smallrye') && caseOf(letter) === LOST;
    const whole = given.failed.filter((one) => !isLost(one));
    const done = await json<{ redriven: number; left: object }>(
      ...[...words, '--to', given.source, '--yes'],
    );
    expect(done).toMatchObject({
      redriven: whole.length,
      left: whole.length < given.failed.length ? { 'a pointer: its value is not here': 1 } : {},
    });
    const redriven = (await kafka.readCommitted(given.source)).filter(
      ({ partition, offset }) => offset >= before.get(partition)!,
    );
    expect(redriven.length).toBe(whole.length);
    for (const { letter, source } of whole) {
      const record = redriven.find((one) => headerOf(one, CASE_HEADER) === caseOf(letter))!;
      const { value, partition } = source;
      expect(record).toMatchObject({ key: letter.key, value });
      if (given.name.startsWith('watermill')) continue; // it keeps neither key nor place
      expect(record).toMatchObject({ key: source.key, partition });
    }
  });
});
