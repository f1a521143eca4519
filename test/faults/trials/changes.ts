import { setTimeout as sleep } from 'node:timers/promises';
import type { SeededRandom } from '../driver/random.js';
import type { World } from '../running/world.js';

export const TRIAL_MEMBERS = 3;
const LONGEST_BREATH_MS = 500;

type Change = (world: World, random: SeededRandom) => Promise<void>;

/** Every member is replaced by a new process, one after the other, in any order. */
const rollingDeploy: Change = async (world, random) => {
  for (const place of shuffled([0, 1, 2], random)) {
    await world.members.at(place)!.terminate();
    await world.members.start(place);
    await breathe(world, random);
  }
};

/** A member joins, and later any one leaves. */
const scaleUpAndDown: Change = async (world, random) => {
  await world.members.start(TRIAL_MEMBERS);
  await breathe(world, random);
  await world.members.at(random.below(TRIAL_MEMBERS + 1))!.terminate();
  await breathe(world, random);
};

/** All end at once with records under way and more coming; a new member finds what they left. */
const stopAll: Change = async (world) => {
  await Promise.all(world.members.running.map((member) => member.terminate()));
  await world.members.start(0);
};

interface Kind {
  readonly title: string;
  readonly changes: readonly Change[];
  readonly store?: 'postgres';
}

const ROUND = [rollingDeploy, scaleUpAndDown, stopAll];

export const TRIAL_KINDS = {
  round: { title: 'deploy, scale up and down, stop', changes: ROUND },
  stored: { title: 'the same, effects in PostgreSQL', changes: ROUND, store: 'postgres' },
  deploy: { title: 'rolling deploy', changes: [rollingDeploy] },
  scale: { title: 'scale up and down', changes: [scaleUpAndDown] },
  stop: { title: 'stop of all', changes: [stopAll] },
} as const satisfies Record<string, Kind>;

export type TrialKind = keyof typeof TRIAL_KINDS;

function breathe({ signal }: World, random: SeededRandom): Promise<void> {
  return sleep(random.between(0, LONGEST_BREATH_MS), undefined, { signal });
}

function shuffled(places: readonly number[], random: SeededRandom): number[] {
  const left = [...places];
  return places.map(() => left.splice(random.below(left.length), 1)[0]!);
}
