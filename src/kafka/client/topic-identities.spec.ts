import { jest } from '@jest/globals';
import { TopicIdentities } from './topic-identities.js';
import type { ProtocolRequest, TopicIds } from './wire/index.js';

/** A broker that gives these answers one after the other; an error is no answer. */
function brokerWith(...answers: (TopicIds | Error)[]) {
  return {
    versions: { 3: { maxVersion: 13 } },
    connectionPool: {
      send<Answer>(_request: ProtocolRequest<Answer>): Promise<Answer> {
        const answer = answers.shift()!;
        return answer instanceof Error
          ? Promise.reject(answer)
          : Promise.resolve(answer as unknown as Answer);
      },
    },
  };
}

const ids = (id?: string): TopicIds => new Map(id === undefined ? [] : [['orders', id]]);
const TOPICS = ['orders'];

describe('the identities of topics', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  const checkedLater = (identities: TopicIdentities, broker: ReturnType<typeof brokerWith>) => {
    jest.advanceTimersByTime(5_000);
    return identities.haveChanged(broker, TOPICS);
  };

  it('have changed when a topic has another id than it had', async () => {
    const identities = new TopicIdentities();
    const broker = brokerWith(ids('first'), ids('first'), ids('second'));
    await identities.read(broker, TOPICS);
    expect(await identities.haveChanged(broker, TOPICS)).toBe(false);
    expect(await checkedLater(identities, broker)).toBe(false);
    expect(await checkedLater(identities, broker)).toBe(true);
  });

  it('have changed also when the topic was seen missing, or the broker silent, in between', async () => {
    const identities = new TopicIdentities();
    const broker = brokerWith(ids('first'), ids(), new Error('no answer'), ids('second'));
    await identities.read(broker, TOPICS);
    expect(await checkedLater(identities, broker)).toBe(false);
    expect(await checkedLater(identities, broker)).toBe(false);
    expect(await checkedLater(identities, broker)).toBe(true);
  });
});
