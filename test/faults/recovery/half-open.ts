import { setTimeout as sleep } from 'node:timers/promises';
import { monotonicNow } from '../running/world.js';
import { freshRecordsDone } from './fresh-records.js';
import type { RecoveryCase } from './recovery-case.js';
import { onStage } from './stage.js';

const LOAD_MS = 3_000;

export const halfOpen: RecoveryCase = {
  what: 'all connections to the broker become half open',
  measured: 'from then until a new record of each partition is handled',
  targetMs: 10_000,
  targetWords: '10 s',
  measure: (workspace, seed) =>
    onStage({ workspace, seed, members: 2, proxied: true }, (stage) =>
      stage.underTraffic(100, async () => {
        await sleep(LOAD_MS, undefined, { signal: workspace.signal });
        stage.proxy!.set({ kind: 'half-open' });
        const damagedAt = monotonicNow();
        const doneAt = await freshRecordsDone(stage);
        return { milliseconds: doneAt - damagedAt, problems: [] };
      }),
    ),
};
