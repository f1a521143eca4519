import { ByteReader } from './byte-reader.js';

const METADATA = 3;
/** The first version that tells topics' ids; in brokers since 2.8 (KIP-516). */
const VERSION = 10;

const NO_TAGS = Buffer.from([0]);
const NO_ID = Buffer.alloc(16);
/** Neither creates topics nor asks who may do what. */
const THREE_TIMES_NO = Buffer.from([0, 0, 0]);

/** Broker versions as kafkajs keeps them, by the key of the request. */
export type BrokerVersions = Readonly<Record<number, { readonly maxVersion: number } | undefined>>;

/** A request in kafkajs's terms, with its response. */
export interface ProtocolRequest<Answer> {
  readonly request: {
    readonly apiKey: number;
    readonly apiVersion: number;
    readonly apiName: string;
    readonly encode: () => Promise<{ readonly buf: Buffer; readonly buffer: Buffer }>;
  };
  readonly response: {
    readonly decode: (payload: Buffer) => Promise<Answer>;
    readonly parse: (answer: Answer) => Promise<Answer>;
  };
}

/** Topics' ids by name. One that does not exist is left out. */
export type TopicIds = ReadonlyMap<string, string>;

/**
 * Asks for the ids that topics have: one that was deleted and created again has another. kafkajs's own request for
 * metadata is older than they are (Kafka protocol guide, "Metadata Request (Version: 10)"). Undefined for a broker that
 * knows none.
 */
export function topicIdsRequest(
  versions: BrokerVersions,
  topics: readonly string[],
): ProtocolRequest<TopicIds> | undefined {
  if ((versions[METADATA]?.maxVersion ?? 0) < VERSION) return undefined;
  const bytes = encodeTopicIdsRequest(topics);
  return {
    request: {
      apiKey: METADATA,
      apiVersion: VERSION,
      apiName: 'Metadata',
      encode: () => Promise.resolve({ buf: bytes, buffer: bytes }),
    },
    response: {
      decode: (payload) => Promise.resolve(decodeTopicIds(payload)),
      parse: (answer) => Promise.resolve(answer),
    },
  };
}

/** The header's tags come first: kafkajs writes a header of the version before them. */
export function encodeTopicIdsRequest(topics: readonly string[]): Buffer {
  const named = topics.flatMap((topic) => {
    const name = Buffer.from(topic);
    return [NO_ID, unsignedVarint(name.length + 1), name, NO_TAGS];
  });
  return Buffer.concat([
    NO_TAGS,
    unsignedVarint(topics.length + 1),
    ...named,
    THREE_TIMES_NO,
    NO_TAGS,
  ]);
}

export function decodeTopicIds(payload: Buffer): TopicIds {
  const reader = new ByteReader(payload);
  skipTags(reader);
  reader.int32(); // throttle time
  each(reader, () => {
    reader.int32(); // node
    skipText(reader); // host
    reader.int32(); // port
    skipText(reader); // rack
    skipTags(reader);
  });
  skipText(reader); // cluster
  reader.int32(); // controller
  const ids = new Map<string, string>();
  each(reader, () => {
    const errorCode = reader.int16();
    const name = reader.text(reader.uvarint() - 1);
    const id = reader.bytes(16);
    if (errorCode === 0 && !id.equals(NO_ID)) ids.set(name, id.toString('hex'));
    reader.int8(); // internal
    each(reader, () => skipPartition(reader));
    reader.int32(); // operations
    skipTags(reader);
  });
  return ids;
}

function skipPartition(reader: ByteReader): void {
  reader.int16(); // error
  reader.skip(12); // partition, leader, epoch
  for (let list = 0; list < 3; list += 1) each(reader, () => reader.int32()); // replicas, in sync, offline
  skipTags(reader);
}

/** Arrays and texts are told by their length and one; null is 0. */
function each(reader: ByteReader, read: () => void): void {
  for (let left = reader.uvarint() - 1; left > 0; left -= 1) read();
}

function skipText(reader: ByteReader): void {
  reader.skip(Math.max(0, reader.uvarint() - 1));
}

function skipTags(reader: ByteReader): void {
  for (let left = reader.uvarint(); left > 0; left -= 1) {
    reader.uvarint();
    reader.skip(reader.uvarint());
  }
}

function unsignedVarint(value: number): Buffer {
  const bytes: number[] = [];
  for (let left = value; ; left >>>= 7) {
    if (left < 0x80) return Buffer.from([...bytes, left]);
    bytes.push((left & 0x7f) | 0x80);
  }
}
