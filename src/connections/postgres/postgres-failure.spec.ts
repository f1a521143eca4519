import { inspect } from 'node:util';
import { DependencyUnavailableError, PermanentError } from '../../record/index.js';
import { asFailure, inWords, isConnectionFailure, unavailable } from './postgres-failure.js';

const coded = (code: string, message = 'refused', fields: object = {}): Error =>
  Object.assign(new Error(message), { code }, fields);

describe('an error of the driver', () => {
  it.each([
    ...['08000', '08006', '57P01', '57P02', '57P03', '53300', '25006'],
    ...['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EPIPE', 'ENOTFOUND', 'EAI_AGAIN'],
  ])('with code %s says that the server cannot be asked', (code) => {
    const failure = asFailure(coded(code), 'PostgreSQL at db:5432/app');
    expect(failure).toBeInstanceOf(DependencyUnavailableError);
    expect(failure).toMatchObject({
      dependency: 'postgres',
      message: 'PostgreSQL at db:5432/app does not answer: refused',
      cause: { code },
    });
  });

  it.each([
    'Connection terminated unexpectedly',
    'Connection terminated due to connection timeout',
    'timeout exceeded when trying to connect',
    'Query read timeout',
    'Client has encountered a connection error and is not queryable',
  ])('without a code says so by its words: %s', (message) => {
    expect(isConnectionFailure(new Error(message))).toBe(true);
  });

  it.each(['23505', '40001', '40P01', '42P01', '53100', '55P03', '57014', '22P02', '28P01'])(
    'with code %s is the statement’s own and passes as the same object',
    (code) => {
      const error = coded(code);
      expect(asFailure(error, 'PostgreSQL')).toBe(error);
    },
  );

  it('is not recognised by words in an error that is not the driver’s', () => {
    const own = new PermanentError('Connection terminated by the customer');
    expect(asFailure(own, 'PostgreSQL')).toBe(own);
    expect(asFailure('text', 'PostgreSQL')).toBe('text');
  });

  it('keeps its quotations of row values out of print', () => {
    const detail = 'Key (order_id)=(canary-7731) already exists.';
    const error = coded('23505', 'duplicate key', { detail, where: 'canary-7731' });
    asFailure(error, 'PostgreSQL');
    expect(inspect(error, { depth: 5 }) + JSON.stringify(error)).not.toContain('canary-7731');
    expect((error as Error & { detail: string }).detail).toBe(detail);
  });

  it('of class 22 says what is wrong without the value', () => {
    const error = coded('22P02', 'invalid input syntax for type integer: "canary "7731"');
    expect(inWords(error)).toBe('invalid input syntax for type integer: "…"');
    expect(inspect(error)).not.toContain('7731');
  });

  it('whose message is empty is told by its code', () => {
    expect(inWords(Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' }))).toBe(
      'ECONNREFUSED',
    );
  });

  it('is a server that does not answer, whatever its code, when no connection could be made', () => {
    const refused = coded('28P01', 'password authentication failed for user "app"');
    expect(unavailable(refused, 'PostgreSQL')).toBeInstanceOf(DependencyUnavailableError);
  });
});
