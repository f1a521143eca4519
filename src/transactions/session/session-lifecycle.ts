export type SessionState =
  | 'created'
  | 'initialising'
  | 'ready'
  | 'open'
  | 'committing'
  | 'aborting'
  | 'renewing'
  | 'failed'
  | 'closed';

/** What may follow what. Whatever goes wrong ends in `failed`; there is no way back from it but another session. */
const TRANSITIONS: Readonly<Record<SessionState, readonly SessionState[]>> = {
  created: ['initialising', 'closed'],
  initialising: ['ready', 'failed', 'closed'],
  ready: ['open', 'closed'],
  open: ['committing', 'aborting', 'failed', 'closed'],
  committing: ['ready', 'failed', 'closed'],
  // Nothing of what was refused had reached the log: the producer goes on. Otherwise it is replaced.
  aborting: ['ready', 'renewing', 'failed', 'closed'],
  renewing: ['ready', 'failed', 'closed'],
  failed: ['closed'],
  closed: [],
};

/** Where a session is. */
export class SessionLifecycle {
  private current: SessionState = 'created';

  get state(): SessionState {
    return this.current;
  }

  get isOver(): boolean {
    return this.current === 'failed' || this.current === 'closed';
  }

  /** False when that may not follow: the session is over, and what comes late changes nothing. */
  to(state: SessionState): boolean {
    if (!TRANSITIONS[this.current].includes(state)) return false;
    this.current = state;
    return true;
  }
}
