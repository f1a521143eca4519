import type { HandlerDescription } from '../../record/index.js';

/** Why a consumer starts no new records. */
export interface BrakeStatus {
  /** `Controller.method` of the handler whose failures brought it about. */
  readonly handler: string;
  /** ISO 8601. */
  readonly openSince: string;
  /** The class of the last error. */
  readonly lastError: string;
  /** Records that are held pending, and try again one at a time. */
  readonly heldRecords: number;
  readonly failedProbes: number;
  /** ISO 8601. */
  readonly nextProbe: string;
}

/** Holds back a handler's records that have not started. Those under way go on. */
export interface StartBrake {
  /** How often it was applied since the start of the process. */
  readonly applications: number;
  /** Whether a record may start now; a true answer may be for one record alone. */
  admits(): boolean;
  /** Has the listener called when the brake is released. */
  onRelease(listener: () => void): void;
  /** Undefined while it holds nothing back. */
  status(): BrakeStatus | undefined;
}

/** The brakes of the handlers, given by the composition root. */
export abstract class StartBrakes {
  /** The same one for each topic of a handler. Asked once per handler and topic, at start. */
  abstract of(handler: HandlerDescription): StartBrake | undefined;
}
