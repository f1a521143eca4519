import type { Interruption } from '../checker/history.js';
import { Member } from './member.js';

const READY_TIMEOUT_MS = 60_000;

export interface MembersOptions {
  readonly main: string;
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly interruptions: Interruption[];
}

/** The group's places, each held by one process at a time. What is done to one place happens one after the other. */
export class Members {
  /** Every process that was ever started. */
  readonly all: Member[] = [];
  private readonly places: (Member | undefined)[] = [];
  private spawned = 0;
  private deployment: Promise<unknown> = Promise.resolve();
  private readonly turns: Promise<unknown>[] = [];

  constructor(private readonly options: MembersOptions) {}

  get running(): Member[] {
    return this.all.filter(({ isRunning }) => isRunning);
  }

  /** Resolves when it is ready to consume. */
  async start(place: number): Promise<Member> {
    const member = await this.spawn(place);
    await member.untilReady(READY_TIMEOUT_MS);
    return member;
  }

  /** Resolves when the process exists. */
  async spawn(place: number, more: Readonly<Record<string, string>> = {}): Promise<Member> {
    const { main, folder, environment } = this.options;
    this.spawned += 1;
    const member = await Member.start(main, folder, this.spawned, {
      ...environment,
      ...more,
    });
    this.all.push(member);
    this.places[place] = member;
    return member;
  }

  /** The process of that place, if one runs. */
  at(place: number): Member | undefined {
    const member = this.places[place];
    return member?.isRunning === true ? member : undefined;
  }

  /** Runs `work` after what was begun at that place before. */
  inTurn<T>(place: number, work: () => Promise<T>): Promise<T> {
    const turn = (this.turns[place] ?? Promise.resolve()).then(work);
    this.turns[place] = turn.catch(() => undefined);
    return turn;
  }

  /** Runs `work` after everything else that was begun this way, at whichever place. */
  afterOthers<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.deployment.then(work);
    this.deployment = turn.catch(() => undefined);
    return turn;
  }

  noteInterruption(interruption: Interruption): void {
    this.options.interruptions.push(interruption);
  }

  async endAll(): Promise<void> {
    await Promise.all(this.running.map((member) => member.endAtOnce()));
  }
}
