import { once } from 'node:events';
import { eventually } from '../../support/eventually.js';
import { linesOf, sumOf } from '../../support/metrics-text.js';
import type { World } from '../running/world.js';
import type { Length, Scenario } from './scenario.js';

const SECONDS: Readonly<Record<Length, number>> = { smoke: 5, full: 20 };
const RECORDS_PER_SECOND: Readonly<Record<Length, number>> = { smoke: 250, full: 1_050 };
/** Of the command that is killed: slow enough to be in its middle. */
const KILLED_AT_RATE: Readonly<Record<Length, number>> = { smoke: 400, full: 4_000 };
const LIMIT = 3;
const LONG_MS = 240_000;
const ACTIONS_TOPIC = 'millrace.dead-letter-actions';

interface Planned {
  readonly wouldTake: number;
}

interface Redriven {
  readonly redriven: number;
  readonly left: Readonly<Record<string, number>>;
}

type Kind = 'mendable' | 'reject';

const MEMBERS = 2;

function expectEqual(what: string, found: unknown, wanted: unknown): void {
  const [left, right] = [JSON.stringify(found), JSON.stringify(wanted)];
  const shown = (text: string): string => text.slice(0, 200);
  if (left !== right) throw new Error(`${what}: ${shown(left)} instead of ${shown(right)}`);
}

const redrive = <Answer>(world: World, ...words: readonly string[]): Promise<Answer> =>
  world.operator.answer<Answer>('dead-letters', 'redrive', world.deadLetterTopic, ...words);
const dryRun = (world: World): Promise<Planned> => redrive(world, '--all', '--dry-run');
const redriveAll = (world: World): Promise<Redriven> => redrive(world, '--all', '--yes');

/** How often each record stands in the redrive topic, for readers of committed records; by its kind. */
async function givenBack({ kafka, redriveTopic }: World): Promise<Record<Kind, number[]>> {
  const times = { mendable: new Map<string, number>(), reject: new Map<string, number>() };
  await kafka.scan(redriveTopic, (_, { headers = {} }) => {
    const text = (name: string): string | undefined => headers[name]?.toString();
    const places = times[text('fault-kind') as Kind];
    const place = ['topic', 'partition', 'offset']
      .map((part) => text(`x-retry-original-${part}`))
      .join(' ');
    places.set(place, (places.get(place) ?? 0) + 1);
  });
  return { mendable: [...times.mendable.values()], reject: [...times.reject.values()] };
}

/** How many dead letters there are: in all, first ones by kind, and ones past the limit. */
async function letters({ kafka, deadLetterTopic }: World) {
  const counts = { all: 0, mendable: 0, reject: 0, spent: 0 };
  await kafka.scan(deadLetterTopic, (_, { headers = {} }) => {
    counts.all += 1;
    const isFirst = headers['x-dlq-redrive-count']?.toString() === '0';
    if (isFirst) counts[headers['fault-kind']!.toString() as Kind] += 1;
    if (headers['x-dlq-reason']?.toString() === 'redrive-limit') counts.spent += 1;
  });
  return counts;
}

async function settled({ kafka, group, topic, redriveTopic }: World): Promise<void> {
  const isDone = async (): Promise<boolean> => {
    const isRedriven = (await kafka.admin.listTopics()).includes(redriveTopic);
    const lags = [topic, ...(isRedriven ? [redriveTopic] : [])].map((each) =>
      kafka.lag(group, each),
    );
    return (await Promise.all(lags)).every((lag) => lag === 0);
  };
  await eventually(isDone, 'everything sent and redriven is settled', LONG_MS);
}

/** The version in which the fault is mended takes every member's place. */
async function deployFix({ members }: World): Promise<void> {
  for (let place = 0; place < MEMBERS; place += 1) {
    await members.at(place)!.terminate();
    const member = await members.spawn(place, { FAULTS_MENDED: 'true' });
    await member.untilReady(60_000);
  }
}

async function killInTheMiddle(world: World, planned: number, rate: number): Promise<void> {
  const words = ['redrive', world.deadLetterTopic, '--all', '--yes', '--rate', String(rate)];
  const command = world.operator.start('dead-letters', ...words);
  command.stdout!.resume();
  command.stderr!.resume();
  const ended = once(command, 'exit');
  const written = async (): Promise<number> =>
    (await world.kafka.ends(world.redriveTopic)).reduce((sum, { high }) => sum + high, 0);
  await eventually(
    async () => command.exitCode !== null || (await written()) > planned / 3,
    'a third is redriven',
    LONG_MS,
  );
  command.kill('SIGKILL');
  await ended;
  expectEqual('what ended the command', command.signalCode, 'SIGKILL');
}

const times = (count: number, each: number): number[] => new Array<number>(count).fill(each);

async function redriveKilled(world: World, length: Length): Promise<void> {
  await settled(world);
  const { all, mendable } = await letters(world);
  world.measured['deadLetters'] = all;
  await deployFix(world);
  expectEqual('a dry run counts', (await dryRun(world)).wouldTake, all);
  await killInTheMiddle(world, all, KILLED_AT_RATE[length]);
  // What fails again stands there again before the rest is counted.
  await settled(world);
  const before = (await givenBack(world)).mendable.length;
  world.measured['mendedBeforeTheKill'] = before;
  if (before === 0 || before >= mendable) throw new Error(`${before} were redriven by then`);
  const rest = (await dryRun(world)).wouldTake;
  expectEqual('the run after the kill redrives', (await redriveAll(world)).redriven, rest);
  await settled(world);
  expectEqual('given back', (await givenBack(world)).mendable, times(mendable, 1));
}

/** What fails again comes back each time until its limit, and nothing else does. */
async function redriveToTheLimit(world: World): Promise<void> {
  let run = await redriveAll(world);
  for (let turn = 1; run.redriven > 0; turn += 1) {
    if (turn > LIMIT) throw new Error(`${run.redriven} are redriven past the limit`);
    await settled(world);
    run = await redriveAll(world);
  }
  const { all, mendable, reject, spent } = await letters(world);
  expectEqual('dead letters with the reason redrive-limit', spent, reject);
  const left = { 'already redriven': all - reject, 'redrive-limit': reject };
  expectEqual('left', Object.entries(run.left).sort(), Object.entries(left).sort());
  const given = await givenBack(world);
  expectEqual('given back to the limit', given.reject, times(reject, LIMIT));
  expectEqual('given back in the end', given.mendable, times(mendable, 1));
}

const stored = async ({ members }: World, outcome: string): Promise<number> => {
  const counts = members.running.map(async ({ url }) => {
    const lines = linesOf(await (await fetch(`${url}/metrics`)).text());
    return sumOf(lines, 'kafka_redrives_total', { outcome });
  });
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
};

/** Without the memory of what was redriven everything is: the store knows each again. */
async function redriveForgotten(world: World): Promise<void> {
  const { admin } = world.kafka;
  const done = await stored(world, 'done');
  const duplicates = await stored(world, 'duplicate');
  await admin.deleteTopics({ topics: [ACTIONS_TOPIC] });
  const isGone = async (): Promise<boolean> => !(await admin.listTopics()).includes(ACTIONS_TOPIC);
  await eventually(isGone, 'the actions topic is gone');
  const words = ['--header', 'fault-kind=mendable', '--yes'];
  const { redriven } = await redrive<Redriven>(world, ...words);
  await settled(world);
  expectEqual('mended records', redriven, done);
  expectEqual('stored again', (await stored(world, 'done')) - done, 0);
  expectEqual('known again', (await stored(world, 'duplicate')) - duplicates, redriven);
}

export const scenario: Scenario = {
  id: 'S46',
  title: 'dead letters are redriven after a fix, the command is killed on the way',
  smoke: true,
  brokers: 1,
  members: MEMBERS,
  partitions: 12,
  store: 'postgres',
  traffic: (length) => ({
    seconds: SECONDS[length],
    recordsPerSecond: RECORDS_PER_SECOND[length],
    keys: 2_000,
    kinds: { mendable: 99.5, reject: 0.5 },
  }),
  faults: (_random, length) => [
    {
      at: SECONDS[length] * 1_000 + 1_000,
      fault: {
        kind: 'act',
        what: 'deploy the fix, redrive, SIGKILL of the command, redrive again and again',
        act: async (world) => {
          await redriveKilled(world, length);
          await redriveToTheLimit(world);
          await redriveForgotten(world);
        },
      },
    },
  ],
  bars: { noDuplicates: true },
};
