import {
  SESSION_TIMEOUT_MS,
  type Ending,
  type SimulatedMember,
  type Task,
} from './simulated-member.js';
import { settled } from './virtual-time.js';
import type { World } from './world.js';

/** Says what it did, or undefined when there was nothing to do. `pick` chooses whom and what. */
type Step = (world: World, pick: number) => string | undefined | Promise<string>;

const STOP_GRACE_MS = 3_000;

function pickFrom<Item>(items: readonly Item[], pick: number): Item | undefined {
  return items[pick % items.length];
}

const tasksOf = (world: World, kind: Task['kind']): Task[] =>
  [...world.tasks()].filter((task) => task.kind === kind);

const running = (world: World): SimulatedMember[] =>
  world.members.filter(({ state }) => state === 'running');

function endHandler(ending: Ending): Step {
  return (world, pick) => {
    const task = pickFrom(tasksOf(world, 'handler'), pick);
    if (task === undefined) return undefined;
    task.member.end(task, ending);
    return `${task.member.name}: ${task.record.name} ends ${ending}`;
  };
}

function endPublication(isWritten: boolean, isAcknowledged: boolean): Step {
  return (world, pick) => {
    const task = pickFrom(tasksOf(world, 'publication'), pick);
    if (task === undefined) return undefined;
    task.member.endPublication(task, isWritten, isAcknowledged);
    const words = isWritten ? (isAcknowledged ? 'acknowledged' : 'written, no answer') : 'failed';
    return `${task.member.name}: dead letter of ${task.record.name} ${words}`;
  };
}

const fetch: Step = (world, pick) => {
  const chances = world.live.flatMap((member) =>
    [...(member.client?.positions.keys() ?? [])].map((partition) => ({ member, partition })),
  );
  const chance = pickFrom(chances, pick);
  if (!chance?.member.client!.fetch(chance.partition, 1 + (Math.floor(pick / 16) % 4))) return;
  const position = chance.member.client!.positions.get(chance.partition);
  return `${chance.member.name} fetches ${world.logs[chance.partition]!.name} up to ${position}`;
};

const passTime =
  (shortest: number, longest: number): Step =>
  async (world, pick) => {
    const milliseconds = shortest + (pick % (longest - shortest));
    await world.pass(milliseconds);
    return `${milliseconds} ms pass`;
  };

const heartbeat: Step = (world, pick) => {
  const member = pickFrom(running(world), pick);
  if (member?.client === undefined || member.isCut) return undefined;
  void member.client.beat();
  return `${member.name} sends a heartbeat`;
};

const start: Step = (world) =>
  world.live.length < 3 ? `${world.startMember().name} starts` : undefined;

const stop: Step = (world, pick) => {
  const member = pickFrom(running(world), pick);
  member?.stop(STOP_GRACE_MS);
  return member && `${member.name} is asked to stop`;
};

const crash: Step = (world, pick) => {
  const member = pickFrom(world.live, pick);
  if (member === undefined) return undefined;
  world.referee.isLostAbruptly(member);
  member.crash();
  return `${member.name} is killed`;
};

const cut: Step = (world, pick) => {
  const member = pickFrom(world.live, pick);
  if (member === undefined) return undefined;
  member.isCut = !member.isCut;
  return `${member.name} is ${member.isCut ? 'cut off' : 'back'}`;
};

/** Stopped for longer than a session, with the answer to its last heartbeat not yet read. */
const sleep: Step = async (world, pick) => {
  const member = pickFrom(running(world), pick);
  if (member?.client === undefined || member.isCut) return 'nobody sleeps';
  void member.client.beat();
  world.wire.arriveFrom(member);
  member.isCut = true;
  await world.pass(SESSION_TIMEOUT_MS + 500);
  member.isCut = false;
  return `${member.name} has slept longer than its session`;
};

const breakConnection: Step = (world, pick) => {
  const member = pickFrom(running(world), pick);
  if (member?.client === undefined || member.client.isClosed) return undefined;
  member.client.crash();
  return `${member.name}: the fetch loop crashes`;
};

const wake: Step = (world, pick) => {
  const member = pickFrom(running(world), pick);
  member?.consumer.wake('things', 'store');
  return member && `${member.name}: the store answers`;
};

const trim: Step = (world, pick) => {
  const log = pickFrom(world.logs, pick)!;
  const before = log.start + (Math.floor(pick / 4) % (log.end - log.start + 1));
  if (before === log.start) return undefined;
  log.trim(before);
  return `retention deletes ${log.name} below ${before}`;
};

const reset: Step = (world, pick) => {
  const log = pickFrom(world.logs, pick)!;
  const end = world.endOfNewLog(log);
  if (end < 1 || log.wasReset) return undefined;
  log.reset();
  for (let offset = 0; offset < end; offset += 1) world.append(log, offset % 2 === 0 ? 'a' : null);
  return `${log.name} is deleted and made again with ${end} records`;
};

const WEIGHTED: readonly (readonly [number, Step])[] = [
  [14, fetch],
  [14, endHandler('ok')],
  [4, endHandler('transient')],
  [3, endHandler('permanent')],
  [2, endHandler('store-down')],
  [4, endPublication(true, true)],
  [1, endPublication(true, false)],
  [1, endPublication(false, false)],
  [6, (world, pick) => world.wire.move(pick)],
  [2, (world, pick) => world.wire.lose(pick)],
  [5, passTime(1, 300)],
  [3, passTime(300, 1_500)],
  [1, passTime(1_500, 7_000)],
  [3, heartbeat],
  [3, (world, pick) => world.produce(pick)],
  [2, start],
  [2, stop],
  [1, crash],
  [2, cut],
  [1, sleep],
  [1, breakConnection],
  [1, wake],
  [1, trim],
  [1, reset],
];

const TABLE = WEIGHTED.flatMap(([weight, step]) => Array.from({ length: weight }, () => step));

/** How many kinds of steps there are, by their weights. */
export const STEP_KINDS = TABLE.length;

/** Takes one step and lets everything happen that it sets off. */
export async function takeStep(world: World, step: number): Promise<string | undefined> {
  const words = await TABLE[step % STEP_KINDS]!(world, Math.floor(step / STEP_KINDS));
  if (words !== undefined) await settled();
  return words;
}
