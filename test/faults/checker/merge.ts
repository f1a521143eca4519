import type { HistoryEvent } from './history.js';

/** The events of all sources in the order of their times; each source is in order already. Reads one event ahead. */
export function* inOrder(sources: readonly Iterable<HistoryEvent>[]): Generator<HistoryEvent> {
  const heads = sources.flatMap((source) => {
    const iterator = source[Symbol.iterator]();
    const first = iterator.next();
    return first.done === true ? [] : [{ iterator, event: first.value }];
  });
  while (heads.length > 0) {
    let earliest = 0;
    for (let index = 1; index < heads.length; index += 1) {
      if (heads[index]!.event.at < heads[earliest]!.event.at) earliest = index;
    }
    const head = heads[earliest]!;
    yield head.event;
    const next = head.iterator.next();
    if (next.done === true) heads.splice(earliest, 1);
    else head.event = next.value;
  }
}
