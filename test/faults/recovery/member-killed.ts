import { eventually } from '../../support/eventually.js';
import { allDoneAt, readEffects, underWay } from './effects.js';
import { publish } from './fresh-records.js';
import type { RecoveryCase } from './recovery-case.js';
import { onStage, SESSION_TIMEOUT_MS } from './stage.js';

/** No more than both members run at once, and nothing behind them: a backlog's work would be measured otherwise. */
const PUBLISHED = 96;
const UNDER_WAY = 30;

export const memberKilled: RecoveryCase = {
  what: 'a member is killed (SIGKILL)',
  measured: 'from the kill until another member has handled all that it had under way',
  targetMs: SESSION_TIMEOUT_MS + 3_000,
  targetWords: `session timeout (${SESSION_TIMEOUT_MS / 1000} s) + 3 s`,
  measure: (workspace, seed) =>
    onStage(
      { workspace, seed, members: 2, environment: { FAULTS_WORK_MS: '500' } },
      async (stage) => {
        const [killed, other] = [stage.members.at(0)!, stage.members.at(1)!];
        await publish(stage, { ids: Array.from({ length: PUBLISHED }, (_, n) => `record-${n}`) });
        const left = (): Set<string> => underWay(readEffects(killed.effectLog));
        await eventually(() => left().size >= UNDER_WAY, `${UNDER_WAY} records are under way`);
        const { at } = await killed.kill();
        const ids = left();
        let doneAt: number | undefined;
        const areDone = (): boolean =>
          (doneAt = allDoneAt(readEffects(other.effectLog), ids)) !== undefined;
        await eventually(areDone, 'what was under way is done', 2 * SESSION_TIMEOUT_MS);
        const problems = ids.size === 0 ? ['it had nothing under way'] : [];
        return { milliseconds: doneAt! - at, problems };
      },
    ),
};
