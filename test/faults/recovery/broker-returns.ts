import { setTimeout as sleep } from 'node:timers/promises';
import { monotonicNow } from '../running/world.js';
import { freshRecordsDone } from './fresh-records.js';
import type { RecoveryCase } from './recovery-case.js';
import { onStage } from './stage.js';

const LOAD_MS = 3_000;

/** Killed, gone for a while, and started again. */
export function brokerReturns(goneForMs: number): RecoveryCase {
  return {
    what: `the broker is killed and returns, ${goneForMs === 0 ? 'at once' : `${goneForMs / 1000} s later`}`,
    measured: 'from when it lets groups join until a new record of each partition is handled',
    targetMs: 5_000,
    targetWords: '5 s',
    measure: (workspace, seed) =>
      onStage({ workspace, seed, members: 2 }, (stage) =>
        stage.underTraffic(100, async () => {
          await sleep(LOAD_MS, undefined, { signal: workspace.signal });
          await stage.broker.kill();
          await sleep(goneForMs, undefined, { signal: workspace.signal });
          await stage.broker.start();
          const returnedAt = monotonicNow();
          const doneAt = await freshRecordsDone(stage);
          return { milliseconds: doneAt - returnedAt, problems: [] };
        }),
      ),
  };
}
