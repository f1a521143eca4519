import { jest } from '@jest/globals';
import {
  DeliveryAbandoned,
  DependencyUnavailableError,
  PermanentError,
} from '../../../record/index.js';
import { Instant } from '../../../values/index.js';
import { AnalyticsApi, type PostOptions, type Verdict } from '../analytics/index.js';
import type { AnalyticsEvent } from '../domain/index.js';
import { AcceptedVersions, Tenure } from './accepted-versions.js';
import { MergeBuffer } from './merge-buffer.js';
import type { BufferedMessage } from './pending-message.js';

const ACCEPTED: Verdict = { kind: 'accepted' };
const REFUSED: Verdict = { kind: 'refused', status: 400 };
const UNAVAILABLE: Verdict = { kind: 'unavailable', detail: 'it answers 503', notBeforeMs: 0 };

/** Answers as it is told, accepted otherwise; each answer when the spec lets it. */
class ScriptedApi extends AnalyticsApi {
  readonly posted: AnalyticsEvent[] = [];
  readonly options: PostOptions[] = [];
  readonly refuses = new Set<string>();
  verdicts: Verdict[] = [];
  underWay = 0;
  private held: (() => void)[] | undefined;

  hold(): void {
    this.held = [];
  }

  release(): void {
    for (const go of this.held?.splice(0) ?? []) go();
  }

  async post(event: AnalyticsEvent, options: PostOptions): Promise<Verdict> {
    this.underWay += 1;
    expect(this.underWay).toBe(1);
    this.posted.push(event);
    this.options.push(options);
    if (this.held !== undefined) await new Promise<void>((go) => this.held!.push(go));
    this.underWay -= 1;
    const isBad = contentsOf(event).some((content) => this.refuses.has(content));
    return this.verdicts.shift() ?? (isBad ? REFUSED : ACCEPTED);
  }
}

class FixedTenure extends Tenure {
  value: number | undefined = 1;

  current(): number | undefined {
    return this.value;
  }
}

/** What an event says of its customers, as `id=content`. */
function contentsOf({ body }: AnalyticsEvent): string[] {
  const { customers } = JSON.parse(body) as { customers: { id: string; is: string }[] };
  return customers.map(({ id, is }) => `${id}=${is}`);
}

interface Told extends BufferedMessage {
  lost: boolean;
}

/** `1=a 2=b`: two customers, as this message has them. */
function message(offset: number, says: string, more: Partial<Told> = {}): Told {
  return {
    lost: false,
    isLost() {
      return this.lost;
    },
    bytes: 100,
    place: { topic: 'customer_data', partition: 0, offset, timestamp: 0 },
    at: Instant.of(BigInt(offset))!,
    entities: says.split(' ').map((said) => {
      const [id, content] = said.split('=') as [string, string];
      const text = JSON.stringify({ id, is: content });
      return { kind: 'customer', id, content, text };
    }),
    ...more,
  };
}

/** What became of a promise so far. */
function track(promise: Promise<unknown>): { ended: unknown } {
  const tracked: { ended: unknown } = { ended: undefined };
  promise.then(
    (value) => (tracked.ended = value),
    (error: unknown) => (tracked.ended = error),
  );
  return tracked;
}

let api: ScriptedApi;
let tenure: FixedTenure;
let buffer: MergeBuffer;
let superseded: number;

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 30; turn += 1) await Promise.resolve();
};
const pass = async (milliseconds: number): Promise<void> => {
  jest.advanceTimersByTime(milliseconds);
  await settle();
};
const add = (...all: Parameters<typeof message>) => track(buffer.add(message(...all)));
const posted = (): string[] => api.posted.map((event) => contentsOf(event).join(' '));

beforeEach(() => {
  jest.useFakeTimers();
  api = new ScriptedApi();
  tenure = new FixedTenure();
  superseded = 0;
  buffer = new MergeBuffer({
    api,
    accepted: new AcceptedVersions(tenure, { size: 100, now: () => performance.now() }),
    sender: { groupId: 'g', source: 'millrace', version: '1' },
    limits: { records: 3, bytes: 10_000, intervalMs: 30_000 },
    watcher: {
      accepted: (assembly) => (superseded += assembly.superseded),
      refused: () => undefined,
    },
    now: () => performance.now(),
  });
});

afterEach(() => {
  jest.useRealTimers();
});

describe('a message in the buffer', () => {
  it('ends when the event that carries it is accepted, and not before', async () => {
    api.hold();
    const one = add(1, '1=a');
    await pass(29_999);
    expect(api.posted).toHaveLength(0);
    await pass(1);
    expect(posted()).toEqual(['1=a']);
    expect(one.ended).toBeUndefined();
    api.release();
    await settle();
    expect(one.ended).toBe('accepted');
  });

  it.each([
    ['count', 100],
    ['size', 5_000],
  ])('is sent at once with enough others, by %s', async (_by, bytes) => {
    add(1, '1=a', { bytes });
    add(2, '2=a', { bytes });
    await settle();
    if (bytes === 100) add(3, '3=a');
    await settle();
    expect(posted()).toEqual([bytes === 100 ? '1=a 2=a 3=a' : '1=a 2=a']);
  });

  it('is sent when the buffer is told to flush, which waits for its end', async () => {
    const one = add(1, '1=a');
    await buffer.flush();
    expect(one.ended).toBe('accepted');
    add(2, '1=b');
    await settle();
    expect(api.posted).toHaveLength(1);
  });

  it('waits for the end of the event before it: one is under way at a time', async () => {
    api.hold();
    for (const offset of [1, 2, 3, 4, 5, 6, 7]) add(offset, `${offset}=a`);
    await settle();
    expect(posted()).toEqual(['1=a 2=a 3=a']);
    api.release();
    await settle();
    expect(posted()).toEqual(['1=a 2=a 3=a', '4=a 5=a 6=a']);
    expect(buffer.messages).toHaveLength(1);
  });

  it('stands in for earlier ones of the same entity, which are counted', async () => {
    const all = [add(1, '1=a'), add(2, '1=b'), add(3, '1=c')];
    await settle();
    expect(posted()).toEqual(['1=c']);
    expect(all.map(({ ended }) => ended)).toEqual(['accepted', 'accepted', 'accepted']);
    expect(superseded).toBe(2);
  });

  it('of a lost partition is neither sent nor settled', async () => {
    const lost = message(1, '1=a');
    const tracked = track(buffer.add(lost));
    lost.lost = true;
    add(2, '2=a');
    await buffer.flush();
    expect(posted()).toEqual(['2=a']);
    expect(tracked.ended).toBeInstanceOf(DeliveryAbandoned);
  });
});

describe('a message that says what was accepted last', () => {
  const flush = async (...all: Parameters<typeof message>) => {
    const tracked = add(...all);
    await buffer.flush();
    return tracked.ended;
  };

  it('is a repeat, and is not sent; what goes there and back again is sent each time', async () => {
    expect(await flush(1, '1=a')).toBe('accepted');
    expect(await flush(2, '1=a')).toBe('repeat');
    expect(await flush(3, '1=b')).toBe('accepted');
    expect(await flush(4, '1=a')).toBe('accepted');
    expect(posted()).toEqual(['1=a', '1=b', '1=a']);
    expect(new Set(api.posted.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(3);
  });

  it('is sent where others may have sent something meanwhile', async () => {
    await flush(1, '1=a');
    tenure.value = 2;
    expect(await flush(2, '1=a')).toBe('accepted');
    tenure.value = undefined;
    expect(await flush(3, '1=a')).toBe('accepted');
    expect(await flush(4, '1=a')).toBe('accepted');
  });

  it('is sent where the API took that and had something else to take after it, whatever became of it', async () => {
    await flush(1, '1=a');
    api.verdicts = [REFUSED];
    expect(await flush(2, '1=b')).toBeInstanceOf(PermanentError);
    expect(await flush(3, '1=a')).toBe('accepted');
    expect(posted()).toEqual(['1=a', '1=b', '1=a']);
  });

  it('is compared when the event before it has ended, not when it comes', async () => {
    await flush(1, '1=a');
    api.hold();
    const changed = add(2, '1=b');
    void buffer.flush();
    await settle();
    const back = add(3, '1=a');
    api.release();
    await settle();
    api.release();
    await settle();
    expect([changed.ended, back.ended]).toEqual(['accepted', 'accepted']);
    expect(posted()).toEqual(['1=a', '1=b', '1=a']);
  });
});

describe('an event that is refused', () => {
  it('is halved until the offending messages stand alone, and the others are sent', async () => {
    api.refuses.add('2=bad');
    const all = [add(1, '1=a'), add(2, '2=bad'), add(3, '3=a')];
    await settle();
    expect(posted()).toEqual(['1=a 2=bad 3=a', '1=a 2=bad', '1=a', '2=bad', '3=a']);
    expect(all.map(({ ended }) => ended)).toEqual([
      'accepted',
      expect.any(PermanentError),
      'accepted',
    ]);
    expect((all[1]!.ended as Error).message).toBe(
      'the analytics API refuses the message: it answers 400',
    );
  });

  it('has a key of its own for each part', async () => {
    api.refuses.add('2=bad');
    add(1, '1=a');
    add(2, '2=bad');
    await buffer.flush();
    expect(new Set(api.posted.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(3);
  });
});

describe('an event that the API does not take', () => {
  const outage = async (): Promise<{ ended: unknown }[]> => {
    api.verdicts = [UNAVAILABLE];
    const all = [add(1, '1=a'), add(2, '2=a')];
    void buffer.flush();
    await settle();
    return all;
  };

  it('has its records wait, and whatever comes before it may be tried again', async () => {
    for (const { ended } of await outage())
      expect(ended).toBeInstanceOf(DependencyUnavailableError);
    expect(buffer.unavailable?.message).toBe('it answers 503');
    expect(add(3, '3=a')).toBeDefined();
    await settle();
    expect(buffer.messages).toHaveLength(0);
    expect(api.posted).toHaveLength(1);
  });

  it('is posted again as it was, with its key, when the first of its records comes back', async () => {
    await outage();
    await pass(500);
    const [second] = [add(2, '2=a')];
    await settle();
    expect(api.posted).toHaveLength(2);
    expect(api.posted[1]).toEqual(api.posted[0]);
    expect(api.options[1]).toEqual({ mayBeApplied: true, maxRetries: 0 });
    expect(second.ended).toBe('accepted');
    expect(buffer.unavailable).toBeUndefined();
    expect(add(1, '1=a')).toBeDefined();
    await settle();
    expect(api.posted).toHaveLength(2);
  });

  it('settles those that come back later without another event', async () => {
    await outage();
    await pass(500);
    add(2, '2=a');
    await settle();
    const first = add(1, '1=a');
    await settle();
    expect(first.ended).toBe('accepted');
    expect(api.posted).toHaveLength(2);
  });

  it('goes before what came after it', async () => {
    await outage();
    await pass(500);
    const later = add(3, '1=later');
    await settle();
    expect(posted()).toEqual(['1=a 2=a', '1=a 2=a']);
    await pass(30_000);
    expect(posted()).toEqual(['1=a 2=a', '1=a 2=a', '1=later']);
    expect(later.ended).toBe('accepted');
  });

  it('is tried again ever more rarely, and no sooner than the API asks', async () => {
    await outage();
    api.verdicts = [{ ...UNAVAILABLE, notBeforeMs: 60_000 }];
    await pass(500);
    add(1, '1=a');
    await settle();
    await pass(59_999);
    expect(add(1, '1=a')).toBeDefined();
    await settle();
    expect(api.posted).toHaveLength(2);
    await pass(1);
    add(1, '1=a');
    await settle();
    expect(api.posted).toHaveLength(3);
  });

  it('is never posted again once a partition of it is lost: what is still here is sent anew', async () => {
    api.verdicts = [UNAVAILABLE];
    const lost = message(1, '1=a');
    buffer.add(lost).catch(() => undefined);
    add(2, '2=a');
    void buffer.flush();
    await settle();
    lost.lost = true;
    expect(buffer.unavailable).toBeUndefined();
    const other = add(2, '2=a');
    await buffer.flush();
    expect(posted()).toEqual(['1=a 2=a', '2=a']);
    expect(other.ended).toBe('accepted');
  });

  it('is narrowed down, when it is refused after all, once all of its messages are back', async () => {
    await outage();
    api.refuses.add('2=a');
    await pass(500);
    const [first, second] = [add(1, '1=a'), add(2, '2=a')];
    await settle();
    await buffer.flush();
    expect(first.ended).toBe('accepted');
    expect(second.ended).toBeInstanceOf(PermanentError);
    expect(posted().at(-1)).toBe('2=a');
  });

  it('has nobody blamed for what was refused together with a message that is not back', async () => {
    await outage();
    api.refuses.add('1=a');
    await pass(500);
    const second = add(2, '2=a');
    await settle();
    expect(second.ended).toBe('accepted');
    const first = add(1, '1=a');
    await buffer.flush();
    expect(first.ended).toBeInstanceOf(PermanentError);
  });

  it('is not followed by what was not sent for it', async () => {
    api.refuses.add('2=bad');
    api.verdicts = [REFUSED, UNAVAILABLE];
    const all = [add(1, '1=a'), add(2, '2=bad'), add(3, '3=a')];
    await settle();
    expect(posted()).toEqual(['1=a 2=bad 3=a', '1=a 2=bad']);
    for (const { ended } of all) expect(ended).toBeInstanceOf(DependencyUnavailableError);
  });
});

describe('a record that comes back behind a later one of its partition', () => {
  it('does not replace what that one brought', async () => {
    const later = add(2, '1=later');
    await buffer.flush();
    const earlier = add(1, '1=earlier');
    await buffer.flush();
    expect(posted()).toEqual(['1=later']);
    expect([later.ended, earlier.ended]).toEqual(['accepted', 'accepted']);
  });
});
