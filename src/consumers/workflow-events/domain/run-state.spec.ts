import fc from 'fast-check';
import { Instant } from '../../../values/index.js';
import type { RunEvent } from './run-event.js';
import { hasEnded, isKnownType, phaseAfter, type RunPhase } from './run-phase.js';
import { compareMoments, isSameState, join, stateOf, type RunState } from './run-state.js';

const TYPES = [
  'workflow.started',
  'step.started',
  'step.completed',
  'step.failed',
  'workflow.completed',
  'workflow.failed',
  'workflow.cancelled',
  'engine.paused',
];

const NO_DATA = { data: {}, dataText: '{}' };

function eventOf(id: string, type: string, microseconds: number): RunEvent {
  const occurredAt = Instant.of(1_769_860_800_000_000n + BigInt(microseconds))!;
  return { id, type, occurredAt, source: 'engine', workflowId: 'w', runId: 'r', ...NO_DATA };
}

const told = (events: readonly RunEvent[]): RunState => events.map(stateOf).reduce(join);

/** The rule in plain words: one event after the other in their order, and nothing counts after an end. */
function plainFold(events: readonly RunEvent[]): { phase: RunPhase; last: string } {
  let phase: RunPhase = 'pending';
  let last = '';
  for (const event of [...events].sort(compareMoments)) {
    if (hasEnded(phase)) break;
    phase = phaseAfter(event.type) ?? phase;
    last = event.id;
  }
  return { phase, last };
}

/** Few moments and few ids, so that events often meet at one moment. Each id is one event. */
const stories = fc
  .uniqueArray(
    fc.record({
      id: fc.constantFrom(...'abcdefgh', '\u{ffee}', '\u{1f600}'),
      type: fc.constantFrom(...TYPES),
      microseconds: fc.integer({ min: 0, max: 4 }),
    }),
    { minLength: 1, selector: ({ id }) => id },
  )
  .map((parts) => parts.map(({ id, type, microseconds }) => eventOf(id, type, microseconds)));

const arrivals = stories.chain((story) =>
  fc.record({
    story: fc.constant(story),
    arrived: fc
      .array(fc.constantFrom(...story), { maxLength: 8 })
      .chain((repeats) =>
        fc.shuffledSubarray([...story, ...repeats], { minLength: story.length + repeats.length }),
      ),
  }),
);

describe('the state of a run', () => {
  it('is that of its events in their order, in whatever order and however often they came', () => {
    fc.assert(
      fc.property(arrivals, ({ story, arrived }) => {
        const { phase, last } = told(arrived);
        expect({ phase, last: last.id }).toEqual(plainFold(story));
      }),
      { numRuns: 2_000 },
    );
  });

  it('is the same however its story was cut into parts that were joined', () => {
    fc.assert(
      fc.property(arrivals, fc.nat(), ({ arrived }, cut) => {
        const at = 1 + (cut % arrived.length);
        const [first, rest] = [arrived.slice(0, at), arrived.slice(at)];
        const joined = rest.length === 0 ? told(first) : join(told(rest), told(first));
        expect(isSameState(joined, told(arrived))).toBe(true);
      }),
    );
  });

  it('began with its earliest start, whatever came before or after the end', () => {
    const end = eventOf('b', 'workflow.completed', 2);
    const late = [eventOf('a', 'workflow.started', 9), eventOf('c', 'workflow.started', 5)];
    expect(told([...late, end]).startedAt).toEqual(late[1]!.occurredAt);
    expect(told([end]).startedAt).toBeUndefined();
  });

  it('is absorbed by its first end, which may arrive last', () => {
    const failed = eventOf('a', 'workflow.failed', 5);
    const completed = eventOf('b', 'workflow.completed', 3);
    expect(told([failed]).phase).toBe('failed');
    expect(told([failed, completed])).toMatchObject({ phase: 'completed', last: { id: 'b' } });
    expect(told([completed, failed])).toMatchObject({ phase: 'completed', last: { id: 'b' } });
  });

  it('is told by the bytes of ids where two events have one time', () => {
    const events = ['\u{ffee}', '\u{1f600}'].map((id) => eventOf(id, 'step.started', 1));
    expect(told(events).last.id).toBe('\u{1f600}');
  });

  it('is pending while nothing that is known was heard of it', () => {
    expect(isKnownType('engine.paused')).toBe(false);
    expect(told([eventOf('a', 'engine.paused', 1)]).phase).toBe('pending');
    expect(told([eventOf('a', 'constructor', 1)]).phase).toBe('pending');
  });

  it('is running after a step, and a step that fails does not end it', () => {
    expect(told([eventOf('a', 'step.failed', 1)]).phase).toBe('running');
  });
});
