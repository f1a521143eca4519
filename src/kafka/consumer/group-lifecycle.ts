import type { LoggerService } from '@nestjs/common';

export type GroupState =
  'starting' | 'waiting' | 'joining' | 'running' | 'rebalancing' | 'draining' | 'stopped';

/** What may follow what. `waiting` names what it waits for; `draining` and `stopped` are final in that order. */
const TRANSITIONS: Readonly<Record<GroupState, readonly GroupState[]>> = {
  starting: ['waiting', 'joining', 'draining'],
  waiting: ['waiting', 'joining', 'draining'],
  joining: ['running', 'waiting', 'draining', 'joining'],
  running: ['rebalancing', 'waiting', 'draining', 'running'],
  rebalancing: ['running', 'waiting', 'draining', 'rebalancing'],
  draining: ['stopped'],
  stopped: [],
};

/** A group's state with what it waits for. An impossible transition is ignored: a late event must not undo a stop. */
export class GroupLifecycle {
  private current: GroupState = 'starting';
  private currentReason: string | undefined;
  private changedAt = Date.now();

  constructor(private readonly onChange: (state: GroupState, reason?: string) => void) {}

  get state(): GroupState {
    return this.current;
  }

  get reason(): string | undefined {
    return this.currentReason;
  }

  /** Epoch ms. */
  get since(): number {
    return this.changedAt;
  }

  to(state: GroupState, reason?: string): boolean {
    if (!TRANSITIONS[this.current].includes(state)) return false;
    const changed = state !== this.current || reason !== this.currentReason;
    if (state !== this.current) this.changedAt = Date.now();
    this.current = state;
    this.currentReason = reason;
    if (changed) this.onChange(state, reason);
    return true;
  }
}

/** One that says each change. */
export function loggedLifecycle(groupId: string, logger: LoggerService): GroupLifecycle {
  return new GroupLifecycle((state, reason) => {
    const fields = { groupId, reason };
    if (state === 'waiting') logger.warn(`group ${state}`, fields);
    else logger.log(`group ${state}`, fields);
  });
}
