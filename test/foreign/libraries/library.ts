/** A record for a library's consumer. */
export interface ForeignSource {
  readonly topic: string;
  readonly key: Buffer;
  readonly value: Buffer;
  /** What is done to it, when that ends in a dead letter. */
  readonly case?: string;
  /** Its dead letter is redriven once, with this value when one is given, and becomes a second dead letter. */
  readonly again?: { readonly value?: Buffer };
}

export type ProgramBuild =
  { readonly kind: 'maven'; readonly mainClass: string } | { readonly kind: 'go' };

/** What is needed to make a library write dead letters, and to know them again. */
export interface ForeignLibrary {
  /** Its folder below `programs`, and its file below `test/fixtures/foreign`. */
  readonly name: string;
  readonly title: string;
  /** The package whose version counts, as the program's own build file names it. */
  readonly artifact: string;
  readonly build: ProgramBuild;
  readonly deadLetterTopics: readonly string[];
  /** More topics that the library uses and does not create. */
  readonly otherTopics: readonly string[];
  /** Published in this order before the program starts. */
  readonly sources: readonly ForeignSource[];
  /** Headers with a time that is another one in every run. */
  readonly changingHeaders: readonly string[];
  /** The same, of a record that was redriven: the time of that. */
  readonly changingWhenRedriven?: readonly string[];
  /** Its headers stand in no order, and its dead letters in any partition. */
  readonly isUnordered?: boolean;
}

export const PARTITIONS = 3;

/** All sources stand in one partition, so that they fail in their order. */
export const SOURCE_PARTITION = 2;

export const text = (value: string): Buffer => Buffer.from(value);

export function int64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(value);
  return bytes;
}

export function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
