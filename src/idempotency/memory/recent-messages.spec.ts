import { RecentMessages } from './recent-messages.js';

const FOREVER = 1_000;
const ran = (fingerprint = 'f', expiresAt = FOREVER) => ({ fingerprint, expiresAt });

function remembering(size: number, ...messages: string[]): RecentMessages {
  const recent = new RecentMessages(size);
  for (const message of messages) recent.add(message, ran());
  return recent;
}

const isKnown = (recent: RecentMessages, message: string, now = 0): boolean =>
  recent.find(message, now) !== undefined;

describe('recent messages', () => {
  it('are remembered until as many others were seen, whatever came before', () => {
    const recent = remembering(3, 'a', 'b', 'c', 'd', 'e');
    for (const message of ['c', 'd', 'e']) expect(isKnown(recent, message)).toBe(true);
  });

  it('are forgotten once twice as many others were seen', () => {
    const recent = remembering(2, 'a', 'b', 'c', 'd', 'e');
    expect(isKnown(recent, 'a')).toBe(false);
    expect(recent.count).toBeLessThanOrEqual(4);
  });

  it('that come again are remembered anew', () => {
    const recent = remembering(2, 'a', 'b', 'c');
    expect(isKnown(recent, 'a')).toBe(true);
    for (const message of ['d', 'e']) recent.add(message, ran());
    expect([isKnown(recent, 'a'), isKnown(recent, 'b')]).toEqual([true, false]);
  });

  it('are forgotten when their time is over', () => {
    const recent = remembering(2);
    recent.add('a', ran('f', 5));
    expect(isKnown(recent, 'a', 4)).toBe(true);
    expect(isKnown(recent, 'a', 5)).toBe(false);
    expect(recent.count).toBe(0);
  });

  it('that run are never forgotten, however many others are seen and however late it is', () => {
    const recent = new RecentMessages(1);
    recent.add('running', { fingerprint: undefined, expiresAt: 0 });
    for (let index = 0; index < 10; index += 1) recent.add(`other-${index}`, ran());
    expect(isKnown(recent, 'running', 9_999)).toBe(true);
    recent.forget('running');
    expect(isKnown(recent, 'running')).toBe(false);
  });
});
