import { AsyncLocalStorage } from 'node:async_hooks';
import { RequestBatches } from './request-batches.js';

/** A store that answers when told to, and knows what it was asked. */
function setUp(limits = { size: 100, underWay: 1 }) {
  const asked: (readonly number[])[] = [];
  const answers: (() => void)[] = [];
  const batches = new RequestBatches<number, number>(async (requests) => {
    asked.push(requests);
    await new Promise<void>((answer) => answers.push(answer));
    return requests.map((request) => request * 10);
  }, limits);
  const turn = () => new Promise((resume) => setImmediate(resume));
  return { asked, answers, batches, turn };
}

describe('requests of one turn', () => {
  it('are one question, and each gets its own answer', async () => {
    const { asked, answers, batches, turn } = setUp();
    const replies = [1, 2, 3].map((request) => batches.add(request));
    await turn();
    expect(asked).toEqual([[1, 2, 3]]);
    answers.shift()!();
    expect(await Promise.all(replies)).toEqual([10, 20, 30]);
  });

  it('are asked in as many questions as their number needs', async () => {
    const { asked, batches, turn } = setUp({ size: 2, underWay: 5 });
    for (const request of [1, 2, 3, 4, 5]) void batches.add(request);
    for (let turns = 0; turns < 4; turns += 1) await turn();
    expect(asked).toEqual([[1, 2], [3, 4], [5]]);
  });

  it('are divided among the questions that may be under way, as far as that is worth it', async () => {
    const limits = { size: 100, underWay: 2, least: 3 };
    const [few, many] = [setUp(limits), setUp(limits)];
    for (const request of [1, 2, 3]) void few.batches.add(request);
    for (const request of [1, 2, 3, 4, 5, 6, 7]) void many.batches.add(request);
    await few.turn();
    expect(few.asked).toEqual([[1, 2, 3]]);
    expect(many.asked).toEqual([
      [1, 2, 3, 4],
      [5, 6, 7],
    ]);
  });

  it('fail together when their question fails, and nobody else does', async () => {
    const failure = new Error('down');
    let calls = 0;
    const batches = new RequestBatches<number, number>(
      (requests) => {
        calls += 1;
        return calls === 1 ? Promise.reject(failure) : Promise.resolve(requests);
      },
      { size: 100, underWay: 1 },
    );
    const failing = [batches.add(1), batches.add(2)];
    for (const reply of failing) await expect(reply).rejects.toBe(failure);
    expect(await batches.add(3)).toBe(3);
  });
});

describe('requests while a question is under way', () => {
  it('wait for its answer and are the next question', async () => {
    const { asked, answers, batches, turn } = setUp();
    void batches.add(1);
    await turn();
    void batches.add(2);
    await turn();
    void batches.add(3);
    await turn();
    expect(asked).toEqual([[1]]);
    answers.shift()!();
    await turn();
    await turn();
    expect(asked).toEqual([[1], [2, 3]]);
  });
});

describe('a question', () => {
  it('is asked outside of what any of its callers runs in', async () => {
    const ambient = new AsyncLocalStorage<string>();
    const seen: (string | undefined)[] = [];
    const batches = new RequestBatches<number, number>(
      (requests) => {
        seen.push(ambient.getStore());
        return Promise.resolve(requests);
      },
      { size: 100, underWay: 1 },
    );
    await ambient.run('a transaction', () => batches.add(1));
    expect(seen).toEqual([undefined]);
  });
});
