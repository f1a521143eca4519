import { LoggingRecordObserver } from './logging-record-observer.js';
import { CountingRecordObserver } from './metrics/index.js';
import { RecordObserver } from './record-observer.js';
import { RecordObservers } from './record-observers.js';

/** Everything that an observer is told, whether it has to listen or not. */
const told = [RecordObserver, LoggingRecordObserver]
  .flatMap(({ prototype }) => Object.getOwnPropertyNames(prototype))
  .filter((name) => name !== 'constructor');

function listening(heard: unknown[][]): RecordObserver {
  const answer = (name: string) => [name, (...given: unknown[]) => heard.push([name, ...given])];
  return Object.fromEntries(told.map(answer));
}

describe('several observers', () => {
  it.each([...new Set(told)])('are all told %s, with everything that was said', (name) => {
    const [first, second]: [unknown[][], unknown[][]] = [[], []];
    const observers = new RecordObservers([listening(first), listening(second)]);
    const given = ['delivery', 'second', 'third', 'fourth'];
    const method = observers[name as keyof RecordObserver] as (...given: unknown[]) => void;
    const taken = given.slice(0, method.length);
    method.apply(observers, given);
    expect(method.length).toBeGreaterThan(0);
    expect([first, second]).toEqual([[[name, ...taken]], [[name, ...taken]]]);
  });

  it('are told all that one of them listens to', () => {
    const counted = Object.getOwnPropertyNames(CountingRecordObserver.prototype);
    const own = ['constructor', 'of', 'logsOf'];
    expect(counted.filter((name) => !own.includes(name) && !told.includes(name))).toEqual([]);
  });
});
