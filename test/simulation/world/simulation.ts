import fc from 'fast-check';
import { takeStep } from './steps.js';
import { VirtualTime } from './virtual-time.js';
import { World, type Shape } from './world.js';

export interface Schedule {
  readonly shape: Shape;
  /** Each number is a kind of step and a choice among what it can be done to. */
  readonly steps: readonly number[];
}

export interface Course {
  readonly violation: Error | undefined;
  readonly steps: number;
  readonly trace: readonly string[];
}

const shape: fc.Arbitrary<Shape> = fc.record({
  partitions: fc.integer({ min: 1, max: 3 }),
  members: fc.integer({ min: 1, max: 2 }),
  records: fc.integer({ min: 0, max: 10 }),
  concurrency: fc.integer({ min: 1, max: 4 }),
  window: fc.integer({ min: 3, max: 8 }),
  buffer: fc.integer({ min: 4, max: 16 }),
  ordering: fc.constantFrom('key', 'key', 'key', 'partition', 'none'),
});

export const schedules: fc.Arbitrary<Schedule> = fc.record({
  shape,
  steps: fc.array(fc.nat({ max: 2 ** 24 }), { minLength: 5, maxLength: 40, size: 'max' }),
});

/** Runs one schedule to its end and says which rule broke first, if any. */
async function run(
  { shape, steps }: Schedule,
  time: VirtualTime,
  readsCounters = true,
): Promise<Course> {
  const world = new World(shape, time);
  const { referee, trace } = world;
  referee.readsCounters = readsCounters;
  let taken = 0;
  await world.begin();
  for (const step of steps) {
    const words = await takeStep(world, step);
    if (words === undefined) continue;
    taken += 1;
    trace.push(words);
    referee.checkCounters();
    if (referee.broken !== undefined) break;
  }
  if (referee.broken === undefined) {
    trace.push('everything is well again');
    await world.heal();
    if (referee.broken === undefined) referee.checkEnd();
  }
  return { violation: referee.broken, steps: taken, trace };
}

export interface Report {
  /** How much was run, and by which seed. */
  readonly summary: string;
  /** The rule that broke. */
  readonly violation: Error | undefined;
  /** The shortest schedule found that breaks it, step by step. */
  readonly trace: readonly string[];
}

export interface Extent {
  readonly schedules: number;
  readonly seed: number;
  /** Whether only what the engine does is judged, and a schedule that breaks a rule is not made shorter. */
  readonly isTrial?: boolean;
}

/** One seed for everybody who runs the tests; SIMULATION_SEED looks elsewhere. */
const SEED = 20_261_121;

/** What the environment asks for. */
export function extentOf(defaults: Partial<Extent> = {}): Extent {
  const { SIMULATION_SCHEDULES, SIMULATION_SEED } = process.env;
  return {
    schedules: Number(SIMULATION_SCHEDULES ?? defaults.schedules ?? 50_000),
    seed: Number(SIMULATION_SEED ?? defaults.seed ?? SEED),
  };
}

/** Runs random schedules until one breaks a rule. */
export async function checkSchedules({
  schedules: numRuns,
  seed,
  isTrial = false,
}: Extent): Promise<Report> {
  const startedAt = process.cpuUsage();
  const time = new VirtualTime();
  let steps = 0;
  const property = fc.asyncProperty(schedules, async (schedule) => {
    const { violation, steps: taken } = await run(schedule, time, !isTrial);
    steps += taken;
    if (violation !== undefined) throw violation;
  });
  time.install();
  try {
    const result = await fc.check(property, { numRuns, seed, endOnFailure: isTrial });
    const [shortest] = result.counterexample ?? [];
    const course = shortest && (await run(shortest, time, !isTrial));
    time.restore();
    const { user, system } = process.cpuUsage(startedAt);
    const rate = Math.round((result.numRuns * 1_000_000) / (user + system));
    const again = `SIMULATION_SEED=${seed} SIMULATION_SCHEDULES=${numRuns}`;
    const summary = `simulation: ${result.numRuns} schedules, ${steps} steps, ${rate} in a second of processor time, ${again}`;
    if (course === undefined) return { summary, violation: undefined, trace: [] };
    const { violation = result.errorInstance as Error, trace } = course;
    return { summary, violation, trace: [JSON.stringify(shortest), ...trace] };
  } finally {
    time.restore();
  }
}
