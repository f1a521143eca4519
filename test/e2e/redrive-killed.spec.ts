import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { testDeadLetter } from '../support/dead-letters.js';
import { eventually } from '../support/eventually.js';
import { headerOf, sharedBroker, TestKafka, uniqueName } from '../support/test-kafka.js';

const CLI = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const PARTITIONS = 3;
const IN_EACH = 300;
const KILLS = 3;

const source = uniqueName('killed');
const deadLetters = `${source}.g.dlq`;
const target = `${source}.g.redrive`;

interface Answer {
  readonly code: number | null;
  readonly json: Record<string, unknown>;
}

/** The compiled command line in a process of its own. */
function command(...words: readonly string[]): ChildProcess {
  return spawn(process.execPath, [CLI, 'dead-letters', ...words], {
    env: {
      PATH: process.env['PATH'] ?? '',
      CONSUMERS: 'orders',
      KAFKA_BROKERS: sharedBroker(),
      KAFKA_AUTO_CREATE_TOPICS: 'true',
      DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function answerOf(child: ChildProcess): Promise<Answer> {
  let text = '';
  child.stdout!.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stderr!.resume();
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, json: JSON.parse(text) as Record<string, unknown> };
}

describe('a redrive that is killed again and again', () => {
  let kafka: TestKafka;
  let planned: Answer;
  const killedAt: number[] = [];

  const written = async (): Promise<number> => {
    return [...(await kafka.ends(target)).values()].reduce((sum, end) => sum + end, 0);
  };

  beforeAll(async () => {
    kafka = await TestKafka.connect();
    await kafka.createTopic(deadLetters, PARTITIONS);
    await kafka.createTopic(target, PARTITIONS);
    const letters = Array.from({ length: PARTITIONS * IN_EACH }, (_, index) =>
      testDeadLetter({
        source,
        group: 'g',
        partition: index % PARTITIONS,
        offset: Math.floor(index / PARTITIONS),
        key: `key-${index % 10}`,
      }),
    );
    await kafka.publish(deadLetters, letters);
    planned = await answerOf(command('redrive', deadLetters, '--all', '--dry-run', '--json'));
    for (let kill = 0; kill < KILLS; kill += 1) {
      const before = await written();
      const child = command('redrive', deadLetters, '--all', '--yes', '--rate', '400');
      const ended = once(child, 'exit');
      child.stdout!.resume();
      child.stderr!.resume();
      await eventually(
        async () => (await written()) > before || child.exitCode !== null,
        'it redrives',
      );
      child.kill('SIGKILL');
      await ended;
      killedAt.push(await written());
    }
  }, 180_000);

  afterAll(() => kafka.close());

  it('was killed in the middle of its work each time', () => {
    expect(planned).toMatchObject({ code: 0, json: { wouldTake: PARTITIONS * IN_EACH } });
    expect(killedAt).toHaveLength(KILLS);
    expect(killedAt.at(-1)).toBeLessThan(PARTITIONS * IN_EACH);
  });

  it('gives each record back once, in order, when it is run to its end', async () => {
    const { code } = await answerOf(command('redrive', deadLetters, '--all', '--yes', '--json'));
    expect(code).toBe(0);
    const redriven = await kafka.readCommitted(target);
    for (let partition = 0; partition < PARTITIONS; partition += 1) {
      const offsets = redriven
        .filter((record) => headerOf(record, 'x-retry-original-partition') === String(partition))
        .map((record) => Number(headerOf(record, 'x-retry-original-offset')));
      expect(offsets).toEqual(Array.from({ length: IN_EACH }, (_, offset) => offset));
    }
    expect(redriven).toHaveLength(PARTITIONS * IN_EACH);
  });

  it('does nothing when it is run once more', async () => {
    const before = await kafka.readCommitted(target);
    const again = await answerOf(command('redrive', deadLetters, '--all', '--yes', '--json'));
    expect(again).toEqual({
      code: 0,
      json: {
        redriven: 0,
        left: { 'already redriven': PARTITIONS * IN_EACH },
        isCancelled: false,
      },
    });
    expect(await kafka.readCommitted(target)).toHaveLength(before.length);
  });
});
