import type { Claim, Place } from './claim.js';

const MAGIC = [0x4d, 0x52] as const;
const VERSION = 1;
const LEAVING = 1;
const HIGHEST = 2 ** 31 - 1;
/** Far above what a broker can hold; a claim of more is no claim. */
const MOST_PARTITIONS = 200_000;

/** Magic, version, flags, generation, then owned and draining: topics with the gaps between their partitions. */
export function encodeClaim({ generation, isLeaving, owned, draining }: Claim): Buffer {
  const bytes: number[] = [...MAGIC, VERSION, isLeaving ? LEAVING : 0];
  writeNumber(bytes, generation);
  for (const places of [owned, draining]) writePlaces(bytes, places);
  return Buffer.from(bytes);
}

/** The claim in a member's bytes. Whatever is not exactly ours, of this version and whole, is no claim: undefined. */
export function decodeClaim(bytes: Uint8Array): Claim | undefined {
  try {
    const reader = new ClaimReader(bytes);
    if (reader.byte() !== MAGIC[0] || reader.byte() !== MAGIC[1]) return undefined;
    if (reader.byte() !== VERSION) return undefined;
    const isLeaving = (reader.byte() & LEAVING) !== 0;
    const claim = {
      generation: reader.number(),
      isLeaving,
      owned: reader.places(),
      draining: reader.places(),
    };
    return reader.isAtEnd ? claim : undefined;
  } catch (error) {
    if (error instanceof MalformedClaim) return undefined;
    throw error;
  }
}

function writePlaces(bytes: number[], places: readonly Place[]): void {
  const topics = new Map<string, number[]>();
  for (const { topic, partition } of places) {
    const partitions = topics.get(topic);
    if (partitions === undefined) topics.set(topic, [partition]);
    else partitions.push(partition);
  }
  writeNumber(bytes, topics.size);
  for (const [topic, partitions] of topics) {
    const name = Buffer.from(topic);
    writeNumber(bytes, name.length);
    bytes.push(...name);
    writeNumber(bytes, partitions.length);
    let previous = -1;
    for (const partition of [...partitions].sort((left, right) => left - right)) {
      writeNumber(bytes, partition - previous - 1);
      previous = partition;
    }
  }
}

function writeNumber(bytes: number[], value: number): void {
  let rest = value;
  while (rest > 0x7f) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  bytes.push(rest);
}

class MalformedClaim extends Error {}

class ClaimReader {
  private position = 0;
  private partitionsLeft = MOST_PARTITIONS;

  constructor(private readonly bytes: Uint8Array) {}

  get isAtEnd(): boolean {
    return this.position === this.bytes.length;
  }

  byte(): number {
    const byte = this.bytes[this.position];
    if (byte === undefined) throw new MalformedClaim();
    this.position += 1;
    return byte;
  }

  number(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 0x80) {
      const byte = this.byte();
      value += (byte & 0x7f) * factor;
      if (value > HIGHEST) throw new MalformedClaim();
      if (byte < 0x80) return value;
    }
  }

  places(): Place[] {
    const places: Place[] = [];
    for (let topics = this.number(); topics > 0; topics -= 1) {
      const topic = this.text();
      let previous = -1;
      for (let count = this.count(); count > 0; count -= 1) {
        const partition = previous + 1 + this.number();
        if (partition > HIGHEST) throw new MalformedClaim();
        places.push({ topic, partition });
        previous = partition;
      }
    }
    return places;
  }

  private text(): string {
    const length = this.number();
    const part = this.bytes.subarray(this.position, this.position + length);
    if (part.length < length) throw new MalformedClaim();
    this.position += length;
    return Buffer.from(part).toString();
  }

  private count(): number {
    const count = this.number();
    this.partitionsLeft -= count;
    if (this.partitionsLeft < 0) throw new MalformedClaim();
    return count;
  }
}
