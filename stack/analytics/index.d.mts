/** What a request meets instead of an answer as usual. */
export interface Fault {
  /** Answered, and nothing is applied. */
  readonly status?: number;
  /** Seconds, told with the status. */
  readonly retryAfter?: number;
  /** Never answered, and nothing is applied. */
  readonly hang?: boolean;
  /** Applied, and the connection is cut instead of an answer. */
  readonly loseAnswer?: boolean;
  /** Only for events with this customer or product in them. */
  readonly entity?: string;
  /** Without it for ever. */
  readonly times?: number;
}

export interface AcceptedEvent {
  readonly eventId: string;
  readonly timestamp: string;
  readonly customers: readonly Readonly<Record<string, unknown>>[];
  readonly products: readonly Readonly<Record<string, unknown>>[];
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** An analytics API in this process that keeps to idempotency keys and can be told to fail. `close` it in afterAll. */
export class AnalyticsStandIn {
  constructor(options?: { readonly file?: string });
  readonly requests: number;
  /** The keys of all requests, in their order. */
  readonly keys: readonly string[];
  /** Valid while it listens. */
  readonly url: string;
  readonly port: number;
  readonly accepted: {
    /** Each event once, in the order in which they were applied. */
    events(): readonly { readonly key: string; readonly body: AcceptedEvent }[];
    /** Every customer and product as the last event with it says. */
    entities(): readonly Readonly<Record<string, unknown>>[];
  };
  listen(port?: number): Promise<this>;
  /** In place of those before. */
  fail(faults: readonly Fault[]): void;
  close(): Promise<void>;
}
