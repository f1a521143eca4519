import { inspect } from 'node:util';
import { DependencyUnavailableError } from '../../record/index.js';
import { inWords, replyCodeOf, serverInWords, unavailable } from './redis-failure.js';

/** As the driver makes it: with the command and its arguments. */
function replyError(message: string): Error {
  const error = new Error(message);
  error.name = 'ReplyError';
  return Object.assign(error, { command: { name: 'auth', args: ['hunter2'] } });
}

describe('a failure of Redis', () => {
  it.each([
    'LOADING Redis is loading the dataset in memory',
    "READONLY You can't write against a read only replica.",
    'CLUSTERDOWN The cluster is down',
    "OOM command not allowed when used memory > 'maxmemory'.",
    'MISCONF Redis is configured to save RDB snapshots',
    'WRONGPASS invalid username-password pair',
    'ERR anything else',
  ])('is a dependency that does not answer: %s', (message) => {
    const failure = unavailable(replyError(message), 'Redis at host:6379');
    expect(failure).toBeInstanceOf(DependencyUnavailableError);
    expect(failure.dependency).toBe('redis');
    expect(failure.message).toBe(`Redis at host:6379 refuses: ${message}`);
  });

  it('names the network’s code where the message says nothing', () => {
    const refused = Object.assign(new AggregateError([], ''), { code: 'ECONNREFUSED' });
    expect(unavailable(refused, 'Redis').message).toBe('Redis does not answer: ECONNREFUSED');
  });

  it('tells nothing of what was asked', () => {
    const failure = unavailable(replyError('WRONGPASS invalid'), 'Redis');
    expect(inspect(failure, { depth: 9, showHidden: true })).not.toContain('hunter2');
    const quoting = "ERR unknown command 'AUTH', with args beginning with: 'hunter2' ";
    expect(inWords(replyError(quoting))).toBe("ERR unknown command 'AUTH'");
  });

  it('has a code when the server answered it, and none when nobody did', () => {
    expect(replyCodeOf(replyError('NOSCRIPT No matching script.'))).toBe('NOSCRIPT');
    expect(replyCodeOf(new Error('READONLY'))).toBeUndefined();
  });
});

describe('a server in words', () => {
  it('is its host, port and database, without user and password', () => {
    expect(serverInWords('redis://user:hunter2@cache:6380/2')).toBe('Redis at cache:6380/2');
    expect(serverInWords('rediss://cache')).toBe('Redis at cache:6379');
    expect(serverInWords('no address: hunter2')).toBe('Redis');
  });
});
