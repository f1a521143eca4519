import type { MeteringWindow, WindowTotal } from '../domain/index.js';

/** Where usage is added up. */
export abstract class MeteringTotals {
  /** Adds to what is stored for each total's window. All of them or, when it rejects, none. */
  abstract add(totals: readonly WindowTotal[], window: MeteringWindow): Promise<void>;
}
