import { readFileSync } from 'node:fs';

/** What a member held at one moment, in bytes, right after a full collection. */
export interface MemorySample {
  readonly atSeconds: number;
  readonly resident: number;
  /** Heap in use and what the heap holds outside itself: buffers, most of all. */
  readonly live: number;
}

export function readMemorySamples(file: string): MemorySample[] {
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => {
    const [atSeconds, resident, heapUsed, external] = line.split(' ').map(Number) as Numbers;
    return { atSeconds, resident, live: heapUsed + external };
  });
}

type Numbers = [number, number, number, number];
