import { createRequire } from 'node:module';
import { ByteReader } from './byte-reader.js';
import { markAborted } from './aborted-messages.js';
import { decodeRecordBatches, isCurrentFormat, type DecodedBatches } from './record-batch.js';
import { UnpackAllowance } from './unpack-allowance.js';
import type { WireMessage } from './wire-message.js';

const require = createRequire(import.meta.url);

/** kafkajs asks a response's module for these at each answer. */
interface ResponseModule {
  decode: (payload: Buffer) => Promise<FetchResponse>;
  parse: ParseFetch;
}

/** Rejects with the first partition's error, in kafkajs's own words. */
type ParseFetch = (answer: FetchResponse) => Promise<FetchResponse>;

export interface FetchResponse {
  readonly throttleTime: number;
  readonly clientSideThrottleTime?: number;
  readonly errorCode?: number;
  readonly sessionId?: number;
  readonly responses: readonly TopicAnswer[];
}

export interface TopicAnswer {
  readonly topicName: string;
  readonly partitions: readonly PartitionAnswer[];
}

export interface PartitionAnswer extends DecodedBatches {
  readonly partition: number;
  readonly errorCode: number;
  /** Always empty: their records are marked already. */
  readonly abortedTransactions: readonly never[];
}

type DecodeOldMessages = (decoder: object, size: number) => Promise<WireMessage[]>;

/** The versions whose records are record batches. A broker of our age answers in the last of them. */
const VERSIONS = [4, 5, 6, 7, 8, 9, 10, 11];
const SINCE_THROTTLED_BY_CLIENT = 8;
const SINCE_LOG_START = 5;
const SINCE_SESSION = 7;
const SINCE_READ_REPLICA = 11;

/**
 * Replaces kafkajs's decoding of fetch responses by ours. Its own loses the order and repetition of headers, takes
 * names such as `constructor` from Object.prototype, needs time by the square of their number, dies of a batch of more
 * than 125,000 records, unpacks without a limit, knows gzip alone and mistakes aborted records where several producers'
 * transactions overlap. A test fails when its source no longer fits.
 */
export function installFetchDecoding(): void {
  for (const version of VERSIONS) {
    const path = `kafkajs/src/protocol/requests/fetch/v${version}/response`;
    const module = require(path) as ResponseModule;
    const parse = module.parse;
    module.decode = (payload) => decodeFetchResponse(payload, version);
    module.parse = async (answer) => {
      try {
        return await parse(answer);
      } catch (error) {
        refused.set(error as object, { answer, parse });
        throw error;
      }
    };
  }
}

const refused = new WeakMap<object, { answer: FetchResponse; parse: ParseFetch }>();

/**
 * kafkajs gives up a whole answer for one partition's error. This takes the answer behind that error once more, without
 * the partitions that `isLeftOut` names; it rejects with the next partition's error, or with the same one when there is
 * no answer behind it.
 */
export async function answerWithout(
  error: unknown,
  isLeftOut: (topic: string, partition: PartitionAnswer) => boolean,
): Promise<FetchResponse> {
  const found = refused.get(error as object);
  if (found === undefined) throw error;
  const responses = found.answer.responses.map(({ topicName, partitions }) => ({
    topicName,
    partitions: partitions.filter((partition) => !isLeftOut(topicName, partition)),
  }));
  return found.parse({ ...found.answer, responses });
}

async function decodeFetchResponse(payload: Buffer, version: number): Promise<FetchResponse> {
  const reader = new ByteReader(payload);
  const throttleTime = reader.int32();
  const session =
    version >= SINCE_SESSION ? { errorCode: reader.int16(), sessionId: reader.int32() } : {};
  const allowance = new UnpackAllowance();
  const responses = await readArray(reader, async () => ({
    topicName: reader.text(reader.int16()),
    partitions: await readArray(reader, () => readPartition(reader, version, allowance)),
  }));
  // Since KIP-219 the broker leaves the waiting to the client; kafkajs's own decoding reports it the same way.
  return version >= SINCE_THROTTLED_BY_CLIENT
    ? { throttleTime: 0, clientSideThrottleTime: throttleTime, ...session, responses }
    : { throttleTime, ...session, responses };
}

async function readPartition(
  reader: ByteReader,
  version: number,
  allowance: UnpackAllowance,
): Promise<PartitionAnswer> {
  const partition = reader.int32();
  const errorCode = reader.int16();
  const highWatermark = String(reader.int64());
  const lastStableOffset = String(reader.int64());
  const lastStartOffset = version >= SINCE_LOG_START ? String(reader.int64()) : undefined;
  const aborted = await readArray(reader, () =>
    Promise.resolve({ producerId: String(reader.int64()), firstOffset: String(reader.int64()) }),
  );
  const preferredReadReplica = version >= SINCE_READ_REPLICA ? reader.int32() : undefined;
  const decoded = await readMessages(reader, allowance);
  markAborted(decoded.messages, aborted);
  const answer = {
    partition,
    errorCode,
    highWatermark,
    lastStableOffset,
    lastStartOffset,
    abortedTransactions: [],
    preferredReadReplica,
    ...decoded,
  };
  return answer;
}

async function readMessages(
  reader: ByteReader,
  allowance: UnpackAllowance,
): Promise<DecodedBatches> {
  const records = reader.nullableBytes(reader.int32());
  if (records === null || records.length === 0) return { messages: [] };
  if (isCurrentFormat(records)) return decodeRecordBatches(records, allowance);
  const Decoder = require('kafkajs/src/protocol/decoder') as new (buffer: Buffer) => object;
  const decodeOld = require('kafkajs/src/protocol/messageSet/decoder') as DecodeOldMessages;
  return { messages: await decodeOld(new Decoder(records), records.length) };
}

async function readArray<Item>(reader: ByteReader, readItem: () => Promise<Item>): Promise<Item[]> {
  const count = reader.int32();
  const items: Item[] = [];
  for (let index = 0; index < count; index += 1) items.push(await readItem());
  return items;
}
