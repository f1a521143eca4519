import type { Scenario } from '../scenarios/scenario.js';

const PROBE = new URL('../member/memory-probe.mjs', import.meta.url).href;

/** One member, steady records of 1 KB, and every way of failing that must leave nothing behind. */
export function soakScenario(minutes: number): Scenario {
  return {
    id: 'SOAK',
    title: `one member under steady load for ${minutes} minutes`,
    brokers: 1,
    members: 1,
    partitions: 6,
    environment: { EFFECTS_IDEMPOTENCY: 'memory', NODE_OPTIONS: `--import=${PROBE}` },
    traffic: () => ({
      seconds: minutes * 60,
      recordsPerSecond: 400,
      keys: 5_000,
      valueBytes: 1_024,
      kinds: {
        ok: 97,
        'fail-1': 1,
        'fail-2': 0.5,
        'fail-always': 0.5,
        reject: 0.5,
        'poison-truncated': 0.5,
      },
    }),
    faults: () => [],
    bars: { noDuplicates: true },
  };
}
