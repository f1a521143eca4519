import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Controller } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import { commandsWith } from '../../src/cli/commands/index.js';
import { discoverConsumers } from '../../src/discover-consumers.js';
import { ConsumerGroup } from '../../src/kafka/index.js';
import { testDeadLetter } from '../support/dead-letters.js';
import { millrace } from '../support/millrace.js';
import { headerOf, TestKafka, uniqueName } from '../support/test-kafka.js';
import { consumerOf } from '../support/test-service.js';

const GUIDE = new URL('../../docs/guides/dead-letters.md', import.meta.url);
const COMMANDED = new URL('../fixtures/commanded/', import.meta.url);
const source = uniqueName('operated');
const group = uniqueName('loader');
const deadLetters = `${source}.${group}.dlq`;

@Controller()
@ConsumerGroup('operated', { groupId: group })
class OperatedController {
  @EventPattern([source])
  handle(): void {
    // Commands describe handlers and run none.
    throw new Error('a command has started a handler');
  }
}

describe("the operator's command line", () => {
  const operated = consumerOf('operated', [OperatedController]);
  let kafka: TestKafka;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'millrace-operator-'));
    kafka = await TestKafka.connect();
    await kafka.createTopic(deadLetters, 3);
    await kafka.publish(
      deadLetters,
      [0, 1, 2].map((partition) => testDeadLetter({ source, group, partition, offset: 5 })),
    );
  });

  afterAll(async () => {
    await kafka.close();
    rmSync(folder, { recursive: true });
  });

  it('asks before it writes, and takes anything but yes for no', async () => {
    const words = ['dead-letters', 'redrive', deadLetters, '--all'];
    expect((await millrace(words, { answer: 'n' })).code).toBe(1);
    expect((await millrace(words, { answer: '' })).code).toBe(1);
    const { states } = JSON.parse(
      `{"states":${(await millrace(['dead-letters', 'ls', deadLetters, '--json'])).out}}`,
    ) as { states: { open: number } };
    expect(states.open).toBe(3);
  });

  it('refuses to write where nobody can be asked and nobody has agreed', async () => {
    const refused = await millrace(['dead-letters', 'redrive', deadLetters, '--all']);
    expect(refused.code).toBe(2);
    expect(refused.err).toContain('--yes');
  });

  it('refuses a redrive of everything that nobody has asked for by name', async () => {
    const refused = await millrace(['dead-letters', 'redrive', deadLetters, '--yes']);
    expect(refused.code).toBe(2);
    expect(refused.err).toContain('--all');
  });

  it('ends with 2 for a wrong environment and 1 for a topic that does not exist, each named', async () => {
    const wrong = await millrace(['config', 'check'], { environment: { LOG_LEVEL: 'loud' } });
    expect([wrong.code, wrong.err.includes('LOG_LEVEL')]).toEqual([2, true]);
    const missing = await millrace(['dead-letters', 'ls', 'nowhere.dlq']);
    expect([missing.code, missing.err]).toEqual([1, 'topic nowhere.dlq does not exist\n']);
  });

  it('has the commands that a consumer brings in its folder, beside its own', async () => {
    const consumers = await discoverConsumers([COMMANDED]);
    expect(await millrace(['tallies', 'topics'], { consumers })).toMatchObject({
      code: 0,
      out: 'tallies\n',
    });
    const help = await millrace(['tallies', 'topics', '--help'], { consumers });
    expect(help.out).toContain('names the topics that tallies reads');
    expect((await millrace(['tallies', 'topics'])).code).toBe(2);
    const [tallies] = consumers;
    expect(() => commandsWith([...tallies!.commands, ...tallies!.commands])).toThrow(
      '"tallies topics"',
    );
  });

  it('plans topics, creates the missing ones, and names what does not fit', async () => {
    const circumstances = { consumers: [operated] };
    const planned = await millrace(['topics', 'plan', '--json'], circumstances);
    expect(planned.code).toBe(1);
    const states = new Map(
      (JSON.parse(planned.out) as { topic: string; state: string }[]).map((one) => [
        one.topic,
        one.state,
      ]),
    );
    expect(states.get(source)).toBe('missing');
    expect(states.get(`${source}.${group}.redrive`)).toBe('missing');
    expect(states.get(deadLetters)).toBe('does not fit');
    const applied = await millrace(['topics', 'apply', '--yes'], circumstances);
    expect(applied.code).toBe(1);
    expect(applied.out).toContain('has 3 partitions and its source 12: add partitions');
    expect(applied.out).not.toContain('missing');
    expect((await kafka.ends(`${source}.${group}.redrive`)).size).toBe(12);
    expect((await kafka.ends(source)).size).toBe(12);
  });

  it('describes the consumers of the configuration without starting any', async () => {
    const checked = await millrace(['config', 'check', '--json'], { consumers: [operated] });
    expect(checked.code).toBe(0);
    expect(JSON.parse(checked.out)).toEqual({
      consumers: [
        { consumer: 'operated', topic: source, group, handler: 'OperatedController.handle' },
      ],
    });
  });

  it('runs every command of the guide, and leaves what the guide says', async () => {
    const invoices = await kafka.createTopic(uniqueName('invoices'), 1);
    await kafka.createTopic(`${invoices}-dlt`, 1);
    const mended = join(folder, 'mended.json');
    writeFileSync(mended, '{"mended":true}');
    const commands = [...readFileSync(GUIDE, 'utf8').matchAll(/^npm run millrace -- (.+)$/gm)]
      .map(([, words]) => words!)
      .map((words) =>
        words
          .replaceAll('orders.storage_loader.dlq', deadLetters)
          .replaceAll('invoices', invoices)
          .replaceAll('mended.json', mended),
      );
    expect(commands.length).toBeGreaterThan(10);
    const codes: [string, number][] = [];
    // Discard and the changed value first: `--all` would leave nothing for them.
    const isLate = (words: string): boolean => / redrive .*(--all|--reason)/.test(words);
    for (const words of commands.sort((left, right) => +isLate(left) - +isLate(right))) {
      const parts = [...words.matchAll(/'([^']*)'|(\S+)/g)].map(
        ([, quoted, bare]) => quoted ?? bare!,
      );
      codes.push([words, (await millrace(parts)).code]);
    }
    expect(codes.filter(([, code]) => code !== 0)).toEqual([]);
    const redriven = await kafka.readCommitted(`${source}.${group}.redrive`);
    expect(
      redriven
        .map((record) => [headerOf(record, 'x-retry-original-partition'), record.value!.toString()])
        .sort(),
    ).toEqual([
      ['0', `${source} 0:5`],
      ['1', '{"mended":true}'],
    ]);
    const shown = await millrace(['dead-letters', 'show', deadLetters, '2:0']);
    expect(shown.out).toContain('because: a test order');
  });
});
