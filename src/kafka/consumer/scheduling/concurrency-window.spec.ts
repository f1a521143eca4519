import { ConcurrencyWindow } from './concurrency-window.js';

function windowOf(
  concurrency: number,
  mayStart: () => boolean = () => true,
  admitsNew: () => boolean = () => true,
) {
  const started: string[] = [];
  const window = new ConcurrencyWindow<string>({
    concurrency,
    mayStart,
    admitsNew,
    start: (entry) => started.push(entry),
  });
  return { started, window };
}

describe('ConcurrencyWindow', () => {
  it('never runs more at once than it has slots', () => {
    const { started, window } = windowOf(2);
    ['a', 'b', 'c'].forEach((entry) => window.enqueue(entry));
    window.pump();
    expect(started).toEqual(['a', 'b']);
    window.releaseSlot();
    expect(started).toEqual(['a', 'b', 'c']);
    expect(window.running).toBe(2);
  });

  it('gives a free slot to one that resumes before one that is new', () => {
    const { started, window } = windowOf(1);
    window.enqueue('first');
    window.pump();
    window.enqueue('new');
    window.resume({ take: () => started.push('resumed') > 0 });
    window.releaseSlot();
    expect(started).toEqual(['first', 'resumed']);
  });

  it('passes the slot on when the one that resumes has been abandoned', () => {
    const { started, window } = windowOf(1);
    window.enqueue('first');
    window.pump();
    window.enqueue('new');
    window.resume({ take: () => false });
    window.releaseSlot();
    expect(started).toEqual(['first', 'new']);
    expect(window.running).toBe(1);
  });

  it('starts nothing while it may not, and goes on when pumped again', () => {
    let open = false;
    const { started, window } = windowOf(4, () => open);
    window.enqueue('a');
    window.pump();
    expect(started).toEqual([]);
    open = true;
    window.pump();
    expect(started).toEqual(['a']);
  });

  it('holds back what is new and lets what resumes go on, where only new ones may not start', () => {
    let admitted = 0;
    const { started, window } = windowOf(
      4,
      () => true,
      () => (admitted -= 1) >= 0,
    );
    ['a', 'b'].forEach((entry) => window.enqueue(entry));
    window.resume({ take: () => started.push('resumed') > 0 });
    expect(started).toEqual(['resumed']);
    admitted = 1;
    window.pump();
    expect(started).toEqual(['resumed', 'a']);
  });

  it('asks whether a new one may start only when one is there', () => {
    let asked = 0;
    const { window } = windowOf(
      4,
      () => true,
      () => (asked += 1) > 0,
    );
    window.pump();
    expect(asked).toBe(0);
  });

  it('starts in the order of readiness over many entries', () => {
    const { started, window } = windowOf(1);
    const entries = Array.from({ length: 5_000 }, (_, index) => String(index));
    entries.forEach((entry) => window.enqueue(entry));
    window.pump();
    while (started.length < entries.length) window.releaseSlot();
    expect(started).toEqual(entries);
  });
});
