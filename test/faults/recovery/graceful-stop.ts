import { eventually } from '../../support/eventually.js';
import { monotonicNow } from '../running/world.js';
import { doneAgain, readEffects, underWay } from './effects.js';
import { doneAt, publish } from './fresh-records.js';
import type { Measured, RecoveryCase } from './recovery-case.js';
import { onStage, type Stage } from './stage.js';

const IN_FLIGHT = 1_000;
const WORK_MS = 3_000;
/** Some wait behind those under way, and must be left to the next process. */
const PUBLISHED = 1_500;

export const gracefulStop: RecoveryCase = {
  what: `SIGTERM with ${IN_FLIGHT} records in flight`,
  measured: 'from the end of the last handler to the end of the process',
  targetMs: 2_000,
  targetWords: 'exit 0 within 2 s, all in flight settled, none handled twice',
  measure: (workspace, seed) =>
    onStage(
      {
        workspace,
        seed,
        members: 1,
        environment: { EFFECTS_CONCURRENCY: String(IN_FLIGHT), FAULTS_WORK_MS: String(WORK_MS) },
      },
      stopWhileInFlight,
    ),
};

async function stopWhileInFlight(stage: Stage): Promise<Measured> {
  const { members } = stage;
  const ids = Array.from({ length: PUBLISHED }, (_, number) => `record-${number}`);
  await publish(stage, { ids });
  const member = members.at(0)!;
  const inFlight = (): number => underWay(readEffects(member.effectLog)).size;
  await eventually(() => inFlight() >= IN_FLIGHT, `${IN_FLIGHT} records are in flight`);
  const exit = await member.terminate();
  const endedAt = monotonicNow();
  const atStop = readEffects(member.effectLog);
  const lastEndAt = Math.max(...atStop.filter(({ event }) => event === 'E').map(({ at }) => at));
  await members.start(0);
  await doneAt(stage, new Set(ids));
  const [unsettled, again] = [underWay(atStop).size, doneAgain(stage.effects())];
  const problems = [
    ...(exit === 0 ? [] : [`it ended with ${exit}`]),
    ...(unsettled === 0 ? [] : [`${unsettled} handlers were cut off`]),
    ...(again === 0 ? [] : [`${again} records were handled twice`]),
  ];
  return { milliseconds: endedAt - lastEndAt, problems };
}
