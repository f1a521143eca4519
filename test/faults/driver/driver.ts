import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { coordinatorPort } from '../../../stack/kafka/index.mjs';
import { monotonicNow, type World } from '../running/world.js';
import type { BrokerRole, Fault, Step } from './schedule.js';

/** A fault as it happened. `healedAt`: what it took away is there again. */
export interface Happened {
  readonly fault: Fault;
  readonly at: number;
  readonly healedAt: number;
  /** The processes that it concerned. */
  readonly members: readonly number[];
}

/** Carries out a schedule. Resolves when every fault has happened and is healed. */
export async function drive(world: World, steps: readonly Step[]): Promise<Happened[]> {
  const since = monotonicNow();
  // Each step waits with the run's signal.
  setMaxListeners(0, world.signal);
  const byTime = [...steps].sort((left, right) => left.at - right.at);
  const happened = byTime.map(async ({ at, fault }) => {
    await sleep(Math.max(0, since + at - monotonicNow()), undefined, { signal: world.signal });
    return carryOut(world, fault);
  });
  return (await Promise.all(happened)).sort((left, right) => left.at - right.at);
}

async function carryOut(world: World, fault: Fault): Promise<Happened> {
  switch (fault.kind) {
    case 'broker-down':
      return brokerDown(world, fault);
    case 'network':
      return network(world, fault);
    case 'act': {
      const at = monotonicNow();
      await fault.act(world);
      return { fault, at, healedAt: monotonicNow(), members: [] };
    }
    case 'redeploy':
      return world.members.afterOthers(() => onePlace(world, fault));
    default:
      return onePlace(world, fault);
  }
}

const STRIKE_TIMEOUT_MS = 120_000;
const FAILPOINTS = new URL('../member/failpoints.mjs', import.meta.url).href;

type Failpoint = Extract<Fault, { kind: 'failpoint' }>;

function failpoint({ point, nth, standsStillMs }: Failpoint): Record<string, string> {
  const action = standsStillMs === undefined ? 'kill' : 'stop';
  return { NODE_OPTIONS: `--import=${FAILPOINTS}`, FAILPOINT: `${point}:${nth}:${action}` };
}

/** A new process in that place, struck at the point. Who was killed there gets a successor, who stood still goes on. */
async function strike({ members }: World, fault: Failpoint): Promise<number> {
  const struck = await members.spawn(fault.member, failpoint(fault));
  const { standsStillMs } = fault;
  if (standsStillMs !== undefined) {
    members.noteInterruption(await struck.standsStill(STRIKE_TIMEOUT_MS, standsStillMs));
    return struck.pid;
  }
  members.noteInterruption(await struck.strikes(STRIKE_TIMEOUT_MS));
  await members.spawn(fault.member);
  return struck.pid;
}

function onePlace(world: World, fault: MemberFault): Promise<Happened> {
  return world.members.inTurn(fault.member, () => memberFault(world, fault));
}

type MemberFault = Exclude<Fault, { kind: 'broker-down' | 'network' | 'act' }>;

async function memberFault(world: World, fault: MemberFault): Promise<Happened> {
  const { members } = world;
  const member = members.at(fault.member);
  const at = monotonicNow();
  const done = (healedAt: number): Happened => ({
    fault,
    at,
    healedAt,
    members: member === undefined ? [] : [member.pid],
  });
  if (fault.kind === 'join') {
    if (member === undefined) await members.start(fault.member);
    return done(monotonicNow());
  }
  if (member === undefined) return done(at);
  switch (fault.kind) {
    case 'kill':
      members.noteInterruption(await member.kill());
      await sleep(fault.backAfterMs);
      await members.spawn(fault.member);
      return done(at);
    case 'failpoint': {
      await member.terminate();
      const struck = await strike(world, fault);
      return { ...done(monotonicNow()), members: [struck] };
    }
    case 'pause':
      members.noteInterruption(await member.pause(fault.forMs));
      return done(monotonicNow());
    case 'redeploy':
      await member.terminate();
      await members.start(fault.member);
      return done(monotonicNow());
    case 'leave':
      await member.terminate();
      return done(monotonicNow());
  }
}

/** Whoever cannot reach its coordinator may lose its membership, so the outage interrupts every member. */
async function brokerDown(
  world: World,
  fault: Extract<Fault, { kind: 'broker-down' }>,
): Promise<Happened> {
  const broker = world.brokers[await numberOf(world, fault.broker)]!;
  const at = monotonicNow();
  if (fault.how === 'stop') await broker.stop();
  else if (fault.how === 'kill') await broker.kill();
  else if (fault.how === 'pause') await broker.signal('SIGSTOP');
  else await world.disk!.fillUntilEnded(broker);
  await sleep(fault.forMs);
  if (fault.how === 'fill-disk') world.disk!.free();
  if (fault.how === 'pause') await broker.signal('SIGCONT');
  else await broker.start();
  const healedAt = monotonicNow();
  return { fault, at, healedAt, members: cutOff(world, at, healedAt) };
}

async function network(
  world: World,
  fault: Extract<Fault, { kind: 'network' }>,
): Promise<Happened> {
  const at = monotonicNow();
  world.proxy!.set(fault.mode);
  await sleep(fault.forMs);
  // What is half open stays so; the others never noticed.
  world.proxy!.set({ kind: 'pass' });
  const healedAt = monotonicNow();
  const interrupts = fault.mode.kind !== 'latency' && fault.mode.kind !== 'pass';
  return { fault, at, healedAt, members: interrupts ? cutOff(world, at, healedAt) : [] };
}

function cutOff(world: World, at: number, until: number): number[] {
  const members = world.members.running.map(({ pid }) => pid);
  for (const member of members) {
    world.members.noteInterruption({ kind: 'cut-off', member, at, until });
  }
  return members;
}

async function numberOf(world: World, role: BrokerRole): Promise<number> {
  if (typeof role === 'number') return role;
  if (role === 'leader') return (await world.kafka.leaderOf(world.topic)) - 1;
  for (const { port } of world.brokers) {
    const coordinator = await coordinatorPort(port!, world.group).catch(() => undefined);
    const number = world.brokers.findIndex((broker) => broker.port === coordinator);
    if (number >= 0) return number;
  }
  throw new Error(`no broker knows the coordinator of ${world.group}`);
}
