import { say } from '../progress.mjs';
import { changeState, readState } from '../stores/index.mjs';
import { endProcess, identityOf, isStill } from '../system/processes.mjs';

const DRAIN_PATIENCE_MS = 30_000;

/** Notes a service under its launcher, so that one whose launcher was killed can be found and ended. */
export function noteService(home, pid) {
  const entry = { service: identityOf(pid), launcher: identityOf(process.pid) };
  return changeState(home, (state) => ({
    ...state,
    services: [...(state.services ?? []).filter(({ service }) => isStill(service)), entry],
  }));
}

/** Ends, drained as on any stop, every service of this home folder whose launcher is gone. */
export async function endOrphanedServices(home, tell = say) {
  const orphans = (readState(home).services ?? []).filter(
    ({ service, launcher }) => isStill(service) && !isStill(launcher),
  );
  for (const { service } of orphans) {
    tell(`ending a service that was left behind (process ${service.pid}) …`);
    await endProcess(service.pid, { signals: [['SIGTERM', DRAIN_PATIENCE_MS]] });
  }
}
