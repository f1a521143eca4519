/**
 * What is measured and what must come of it. `n` is how many records an arm finishes: rates are compared, so that an
 * arm of two hundred records a second need not finish as many as one of twenty thousand.
 *
 * @typedef {object} Bar the ratio of two arms of one round
 * @property {string} of
 * @property {string} over an arm, or LIMIT, or A_SECOND
 * @property {'rate' | 'p99'} [measure] a rate (if nothing is said) at least as high as the bar, a p99 at most
 * @property {number} full
 * @property {number} short
 * @typedef {object} Arm
 * @property {string} name
 * @property {string} [file] of `arms/`, where it is not called like the arm
 * @property {number} full
 * @property {number} short
 * @property {number} [failRate] the share of records that fail twice before they succeed
 * @property {number} [lossRate] the share that fails for ever
 * @property {number} [repeatRate] the share of records that the topic holds twice
 * @property {'none' | 'memory' | 'redis' | 'postgres' | 'postgres-lease'} [store] where the arm remembers its messages
 * @property {true} [produces] it makes one record of each
 * @property {number} [perSecond] records are sent at this rate while the arm runs, instead of before
 * @typedef {object} Workload
 * @property {string} name
 * @property {string} title
 * @property {{ full: number, short: number }} rounds
 * @property {{ full: number, short: number }} minutes after which no further round begins
 * @property {{ workMs: number, concurrency: number, partitions: number, order: string, validate: number, attempts: number, backoffMs: number }} parameters
 * @property {readonly Arm[]} arms
 * @property {readonly Bar[]} bars
 */

/** In place of an arm's name: the rate at which the arm's own slots would be occupied all the time. */
export const LIMIT = 'limit';

/** In place of an arm's name: the bar is a number of records a second. */
export const A_SECOND = 'a second';

/** The arm whose rate tells whether the machine was steady. */
export const CANARY = 'raw-kafkajs';

const ROUNDS = { full: 5, short: 3 };
const MINUTES = { full: 6, short: 2 };

/** `attempts` and `backoffMs` are the service's defaults. */
const SAME = { order: 'key', validate: 0, attempts: 4, backoffMs: 500 };

const same = (full, short) => (name) => ({ name, full, short });

/** Each rate of failures twice: with the topic filled before, for the rate, and filled at a steady pace, for latencies. */
const FAILING = [
  { share: '0', failRate: 0, lossRate: 0 },
  { share: '1', failRate: 0.01, lossRate: 0.001 },
  { share: '10', failRate: 0.1, lossRate: 0.001 },
];
/**
 * Well below what the slots (18,000 a second) and the machine could take, which runs the broker and the sender as well, so
 * that no queue is measured.
 */
const PACE = 2_000;

/** One record in ten comes again, later. */
const REPEATING = ['none', 'memory', 'redis', 'postgres-lease'].map((store) => ({
  ...same(400_000, 100_000)(`once-${store}`),
  ...{ file: 'millrace', store, repeatRate: 0.1 },
}));

/** @type {readonly Workload[]} */
export const WORKLOADS = [
  {
    name: 'w1',
    title: 'no work, JSON parsed',
    rounds: ROUNDS,
    minutes: MINUTES,
    parameters: { workMs: 0, concurrency: 100, partitions: 12, ...SAME },
    arms: ['millrace', CANARY, 'stock-nest'].map(same(400_000, 200_000)),
    bars: [{ of: 'millrace', over: 'stock-nest', full: 2, short: 1.5 }],
  },
  {
    name: 'w3',
    title: '5 ms of asynchronous work',
    rounds: ROUNDS,
    minutes: MINUTES,
    parameters: { workMs: 5, concurrency: 100, partitions: 12, ...SAME },
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
  {
    name: 'w5',
    title: '5 ms of asynchronous work that fails now and then',
    rounds: ROUNDS,
    minutes: { full: 12, short: 4 },
    parameters: {
      ...{ workMs: 5, concurrency: 100, partitions: 12, order: 'key', validate: 0 },
      ...{ attempts: 3, backoffMs: 100 },
    },
    arms: [
      ...FAILING.map(({ share, ...rates }) => ({
        ...same(100_000, 60_000)(`failing-${share}`),
        ...{ file: 'millrace', ...rates },
      })),
      ...FAILING.map(({ share, ...rates }) => ({
        ...same(60_000, 30_000)(`paced-${share}`),
        ...{ file: 'millrace', ...rates, perSecond: PACE },
      })),
    ],
    bars: [
      ...FAILING.map(({ share }) => ({
        ...{ of: `failing-${share}`, over: LIMIT, full: 0.9, short: 0.75 },
      })),
      ...FAILING.slice(1).map(({ share }) => ({
        ...{ of: `paced-${share}`, over: 'paced-0', measure: 'p99', full: 1.3, short: 2 },
      })),
    ],
  },
  {
    name: 'w6',
    title: 'no work, one record in ten a repeat of an earlier one',
    rounds: ROUNDS,
    minutes: { full: 6, short: 1 },
    parameters: { workMs: 0, concurrency: 100, partitions: 12, ...SAME },
    arms: [
      ...REPEATING,
      {
        ...same(200_000, 50_000)('once-postgres-50'),
        ...{ file: 'batches', store: 'postgres', repeatRate: 0.1 },
      },
    ],
    bars: [
      { of: 'once-memory', over: 'once-none', full: 0.95, short: 0.8 },
      { of: 'once-redis', over: 'once-none', full: 0.7, short: 0.55 },
      { of: 'once-postgres-lease', over: 'once-none', full: 0.55, short: 0.4 },
      { of: 'once-postgres-50', over: A_SECOND, full: 10_000, short: 5_000 },
    ],
  },
  {
    name: 'w7',
    title: 'each record makes another one',
    rounds: ROUNDS,
    minutes: { full: 4, short: 0.6 },
    // A slot for every record of the transactions that may be open: 750 in each partition.
    parameters: { workMs: 0, concurrency: 9_000, partitions: 12, ...SAME },
    arms: ['at-least-once', 'transactions'].map((name) => ({
      ...same(200_000, 60_000)(name),
      ...{ file: 'producing', produces: true },
    })),
    bars: [{ of: 'transactions', over: 'at-least-once', full: 0.7, short: 0.5 }],
  },
];
