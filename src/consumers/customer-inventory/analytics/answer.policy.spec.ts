import { meaningOf } from './answer.policy.js';

const first = { mayBeApplied: false };

describe('an answer', () => {
  it.each([
    ['accepted', [200, 201, 202, 204]],
    ['again', [408, 425, 429, 500, 502, 503, 504, 599]],
    ['wait', [301, 302, 307, 308, 401, 403, 407]],
    ['refused', [400, 404, 409, 413, 415, 422, 451]],
  ])('means %s with the statuses %j', (meaning, statuses) => {
    expect(statuses.map((status) => meaningOf(status, first))).toEqual(statuses.map(() => meaning));
  });

  it('of a conflict means that an earlier try is still under way, where there was one', () => {
    expect(meaningOf(409, { mayBeApplied: true })).toBe('again');
    expect(meaningOf(422, { mayBeApplied: true })).toBe('refused');
  });
});
