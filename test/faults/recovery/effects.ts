import { readFileSync } from 'node:fs';

/** A line of a member's effect log: a record's handler started, ended or failed. */
export interface Effect {
  readonly event: 'S' | 'E' | 'F';
  /** Milliseconds of the machine's monotonic clock. */
  readonly at: number;
  readonly id: string;
}

export function readEffects(file: string): Effect[] {
  return effectsIn(readFileSync(file, 'latin1'));
}

/** A torn last line is left out. */
export function effectsIn(text: string): Effect[] {
  const lines = text.split('\n').slice(0, -1);
  return lines.map((line) => {
    const [event, at, , , , id] = line.split(' ');
    return { event: event as Effect['event'], at: Number(at), id: id! };
  });
}

/** The records whose handlers have started and have not ended. */
export function underWay(effects: readonly Effect[]): Set<string> {
  const ids = new Set<string>();
  for (const { event, id } of effects) {
    if (event === 'S') ids.add(id);
    else ids.delete(id);
  }
  return ids;
}

/** When the last of these records was first done; undefined while one is not. */
export function allDoneAt(
  effects: readonly Effect[],
  ids: ReadonlySet<string>,
): number | undefined {
  const firstEnds = new Map<string, number>();
  for (const { event, at, id } of effects) {
    if (event !== 'E' || !ids.has(id)) continue;
    firstEnds.set(id, Math.min(at, firstEnds.get(id) ?? Infinity));
  }
  return firstEnds.size < ids.size ? undefined : Math.max(...firstEnds.values());
}

/** How many records were done more than once. */
export function doneAgain(effects: readonly Effect[]): number {
  const ends = effects.filter(({ event }) => event === 'E').map(({ id }) => id);
  return ends.length - new Set(ends).size;
}
