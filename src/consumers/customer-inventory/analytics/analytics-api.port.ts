import type { AnalyticsEvent } from '../domain/index.js';

/** What became of an event. */
export type Verdict =
  | { readonly kind: 'accepted' }
  /** For what is in it, whoever sends it and whenever. */
  | { readonly kind: 'refused'; readonly status: number }
  | {
      readonly kind: 'unavailable';
      /** Why, in words without anything of the event. */
      readonly detail: string;
      /** It asks for no other try before, counted from now. */
      readonly notBeforeMs: number;
    };

export interface PostOptions {
  /** An earlier try of the same event may have been applied. */
  readonly mayBeApplied: boolean;
  /** After the first, in place. */
  readonly maxRetries?: number;
}

/** Where events go. */
export abstract class AnalyticsApi {
  /**
   * Resolves when it is known that the event is applied, or cannot be, or that this is not to be known soon. Never rejects.
   * The same event again is applied once where the API keeps to its key.
   */
  abstract post(event: AnalyticsEvent, options: PostOptions): Promise<Verdict>;
}

/** The name that health shows for it, and that wakes what waits for it. */
export const ANALYTICS_API = 'analytics-api';
