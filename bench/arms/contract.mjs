import { performance } from 'node:perf_hooks';

/** How long an arm may take; after it, it ends with what it has. */
const LIMIT_MS = 120_000;

/** What the service's own consumer fetches at once, and the raw arm. */
export const FETCH = {
  maxBytes: 1024 * 1024,
  maxBytesPerPartition: 1024 * 1024,
  maxWaitTimeInMs: 250,
};

/**
 * What Nest's transport fetches when nobody sets it: kafkajs's own sizes. The service's would hold one or two partitions
 * at a time, and leave a transport that handles partitions side by side with nothing beside.
 */
export const STOCK_FETCH = { ...FETCH, maxBytes: 10 * 1024 * 1024 };

export const SESSION = {
  sessionTimeout: 30_000,
  rebalanceTimeout: 60_000,
  heartbeatInterval: 1_000,
};

/** What the runner asks of an arm. `perSecond` is 0 where the topic is filled before, not meanwhile. */
export function readTask(environment = process.env) {
  const number = (name) => Number(environment[name]);
  return {
    brokers: environment.BROKERS.split(','),
    topic: environment.TOPIC,
    group: environment.GROUP,
    total: number('N'),
    workMs: number('WORK_MS'),
    concurrency: number('CONCURRENCY'),
    partitions: number('PARTITIONS'),
    arm: environment.ARM,
    deadLetterTopic: environment.DEAD_LETTER_TOPIC,
    attempts: number('ATTEMPTS'),
    backoffMs: number('BACKOFF_MS'),
    failRate: number('FAIL_RATE'),
    lossRate: number('LOSS_RATE'),
    perSecond: number('PER_SECOND'),
    repeats: number('REPEATS'),
    store: environment.STORE,
    outputTopic: environment.OUTPUT_TOPIC,
    servers: { REDIS_URL: environment.REDIS_URL, DATABASE_URL: environment.DATABASE_URL },
  };
}

/**
 * Runs an arm to its end: starts it, waits until the ledger has every record, stops it (which must commit), prints the
 * one line of the contract and exits.
 * @param {{ arm: string, order: string, settings: object, ledger: import('./ledger.mjs').Ledger, start: () => Promise<{ stop: () => Promise<unknown> }> }} options
 */
export async function runToEnd({ arm, order, settings, ledger, start }) {
  const end = (code) => {
    const rss = process.resourceUsage().maxRSS / 1024;
    const result = { arm, ...ledger.result(), rss_mb: Math.round(rss), order, settings };
    process.stdout.write(`\n${JSON.stringify(result)}\n`, () => process.exit(code));
  };
  const limit = setTimeout(() => end(2), Math.max(0, LIMIT_MS - performance.now()));
  const running = await start();
  await ledger.complete;
  await running.stop();
  clearTimeout(limit);
  end(0);
}
