/**
 * What is measured and what must come of it. `n` is how many records an arm finishes: rates are compared, so that an
 * arm of two hundred records a second need not finish as many as one of twenty thousand.
 *
 * @typedef {{ of: string, over: string, full: number, short: number }} Bar `over` is an arm, or LIMIT
 * @typedef {{ name: string, full: number, short: number }} Arm
 * @typedef {object} Workload
 * @property {string} name
 * @property {string} title
 * @property {{ full: number, short: number }} rounds
 * @property {{ full: number, short: number }} minutes after which no further round begins
 * @property {{ workMs: number, concurrency: number, partitions: number, order: string, validate: number }} parameters
 * @property {readonly Arm[]} arms
 * @property {readonly Bar[]} bars
 */

/** In place of an arm's name: the rate at which the arm's own slots would be occupied all the time. */
export const LIMIT = 'limit';

/** The arm whose rate tells whether the machine was steady. */
export const CANARY = 'raw-kafkajs';

const ROUNDS = { full: 5, short: 3 };
const MINUTES = { full: 6, short: 2 };

const same = (full, short) => (name) => ({ name, full, short });

/** @type {readonly Workload[]} */
export const WORKLOADS = [
  {
    name: 'w1',
    title: 'no work, JSON parsed',
    rounds: ROUNDS,
    minutes: MINUTES,
    parameters: { workMs: 0, concurrency: 100, partitions: 12, order: 'key', validate: 0 },
    arms: ['millrace', CANARY, 'stock-nest'].map(same(400_000, 200_000)),
    bars: [{ of: 'millrace', over: 'stock-nest', full: 2, short: 1.5 }],
  },
  {
    name: 'w3',
    title: '5 ms of asynchronous work',
    rounds: ROUNDS,
    minutes: MINUTES,
    parameters: { workMs: 5, concurrency: 100, partitions: 12, order: 'key', validate: 0 },
    arms: [
      { name: 'millrace', full: 200_000, short: 60_000 },
      { name: 'stock-nest', full: 2_400, short: 600 },
      { name: 'stock-nest-concurrent', full: 24_000, short: 8_000 },
    ],
    bars: [
      { of: 'millrace', over: 'stock-nest', full: 80, short: 50 },
      { of: 'millrace', over: 'stock-nest-concurrent', full: 8, short: 5 },
      { of: 'millrace', over: LIMIT, full: 0.9, short: 0.75 },
    ],
  },
];
