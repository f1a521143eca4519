import { setImmediate } from 'node:timers/promises';
import { MillraceError, type RecordHeader } from '../../../record/index.js';
import { codecOf, decompress, OversizedBatchError } from '../codecs/index.js';
import { ByteReader, TruncatedBytesError } from './byte-reader.js';
import { UnpackAllowance } from './unpack-allowance.js';
import { WireMessage, type BatchContext } from './wire-message.js';

/** The event loop turns after so many records, so that timers and sockets are not late by a whole response. */
const RECORDS_BETWEEN_TURNS = 500;

const HEADER_BYTES_BEFORE_LENGTH = 12;
const MAGIC_OFFSET = 16;
const LAST_OFFSET_DELTA_OFFSET = 23;
const CURRENT_MAGIC = 2;
const LOG_APPEND_TIME = 0x08;
const TRANSACTIONAL = 0x10;
const CONTROL = 0x20;

/** A batch's bytes are not what its header says. */
export class CorruptRecordsError extends MillraceError {
  readonly code = 'CORRUPT_RECORDS';
  readonly retriable = false;
}

interface BatchHeader {
  readonly baseOffset: number;
  readonly attributes: number;
  readonly lastOffsetDelta: number;
  readonly firstTimestamp: number;
  readonly maxTimestamp: number;
  readonly producerId: string;
  readonly count: number;
}

/** True for the format since Kafka 0.11; older message sets are left to kafkajs. */
export function isCurrentFormat(records: Buffer): boolean {
  return records.length > MAGIC_OFFSET && records.readInt8(MAGIC_OFFSET) === CURRENT_MAGIC;
}

export interface DecodedBatches {
  readonly messages: readonly WireMessage[];
  /**
   * The offset after the last batch that was decoded, undefined when none was. Also right where compaction has left a
   * batch without records.
   */
  readonly nextOffset?: number | undefined;
}

/**
 * Decodes the record batches of one partition (Kafka documentation, "Record Batch"). The last one may be cut off by the
 * size of the fetch, which is no error. A batch that is too large unpacked, or broken, yields a marked message for each
 * of its offsets, so that it can be settled and the partition goes on. Batches that the answer's allowance has no room for
 * are left out as if the size of the fetch had cut them off: the next fetch brings them.
 */
export async function decodeRecordBatches(
  records: Buffer,
  allowance = new UnpackAllowance(),
): Promise<DecodedBatches> {
  const messages: WireMessage[] = [];
  let nextOffset: number | undefined;
  let from = 0;
  let turnedAt = 0;
  while (records.length - from >= HEADER_BYTES_BEFORE_LENGTH) {
    const length = records.readInt32BE(from + 8);
    const end = from + HEADER_BYTES_BEFORE_LENGTH + length;
    if (length <= 0 || end > records.length) break;
    if (!(await decodeBatch(records.subarray(from, end), messages, allowance))) break;
    nextOffset = offsetAfter(records, from);
    from = end;
    if (messages.length - turnedAt < RECORDS_BETWEEN_TURNS) continue;
    turnedAt = messages.length;
    await setImmediate();
  }
  return { messages, nextOffset };
}

/** The offset after the batch that begins there. */
function offsetAfter(records: Buffer, from: number): number {
  const lastOffsetDelta = records.readInt32BE(from + LAST_OFFSET_DELTA_OFFSET);
  return Number(records.readBigInt64BE(from)) + lastOffsetDelta + 1;
}

/** False when the batch was left out. */
async function decodeBatch(
  batch: Buffer,
  messages: WireMessage[],
  allowance: UnpackAllowance,
): Promise<boolean> {
  const reader = new ByteReader(batch);
  const header = readHeader(reader);
  const before = messages.length;
  try {
    const codec = codecOf(header.attributes);
    const packed = reader.bytes(reader.remaining);
    if (codec === undefined) {
      readRecords(new ByteReader(packed), header, messages);
      return true;
    }
    const unpacked = await decompress(codec, packed, allowance.bytes);
    readRecords(new ByteReader(unpacked), header, messages);
    allowance.take(unpacked.length);
  } catch (error) {
    if (error instanceof OversizedBatchError && !allowance.isWhole) return false;
    messages.length = before;
    addPointers(header, asUnreadable(error), messages);
  }
  return true;
}

function readHeader(reader: ByteReader): BatchHeader {
  const baseOffset = reader.int64();
  // Length, leader epoch, magic and checksum: known, not needed, checked, and checked by the broker.
  reader.skip(13);
  const attributes = reader.int16();
  const lastOffsetDelta = reader.int32();
  const firstTimestamp = reader.int64();
  const maxTimestamp = reader.int64();
  const producerId = String(reader.int64());
  // Producer epoch and base sequence matter to the broker alone.
  reader.skip(6);
  const count = reader.int32();
  return {
    baseOffset,
    attributes,
    lastOffsetDelta,
    firstTimestamp,
    maxTimestamp,
    producerId,
    count,
  };
}

function readRecords(reader: ByteReader, header: BatchHeader, messages: WireMessage[]): void {
  const { baseOffset, firstTimestamp, maxTimestamp, attributes } = header;
  const isAppendTime = (attributes & LOG_APPEND_TIME) !== 0;
  const batchContext = contextOf(header);
  for (let index = 0; index < header.count; index += 1) {
    reader.varint();
    reader.skip(1);
    const timestamp = firstTimestamp + reader.varint();
    const offset = baseOffset + reader.varint();
    const key = reader.nullableBytes(reader.varint());
    const value = reader.nullableBytes(reader.varint());
    const headers = readHeaders(reader);
    const place = { offset, timestamp: isAppendTime ? maxTimestamp : timestamp };
    messages.push(new WireMessage(place, { key, value, headers }, batchContext));
  }
}

const NO_HEADERS: readonly RecordHeader[] = [];

function readHeaders(reader: ByteReader): readonly RecordHeader[] {
  const count = reader.varint();
  if (count === 0) return NO_HEADERS;
  const headers: RecordHeader[] = [];
  for (let index = 0; index < count; index += 1) {
    const name = reader.text(reader.varint());
    headers.push([name, reader.nullableBytes(reader.varint())]);
  }
  return headers;
}

function contextOf({ attributes, producerId }: BatchHeader): BatchContext {
  return {
    producerId,
    inTransaction: (attributes & TRANSACTIONAL) !== 0,
    isControlBatch: (attributes & CONTROL) !== 0,
  };
}

/** Which offsets a compacted batch still has cannot be known without unpacking it: then every one of its range is named. */
function addPointers(
  header: BatchHeader,
  unreadable: MillraceError,
  messages: WireMessage[],
): void {
  const { baseOffset, lastOffsetDelta, maxTimestamp } = header;
  const batchContext = contextOf(header);
  const nothing = { key: null, value: null, headers: NO_HEADERS };
  for (let delta = 0; delta <= lastOffsetDelta; delta += 1) {
    const place = { offset: baseOffset + delta, timestamp: maxTimestamp };
    messages.push(new WireMessage(place, nothing, batchContext, unreadable));
  }
}

function asUnreadable(error: unknown): MillraceError {
  if (error instanceof MillraceError) return error;
  const what = error instanceof TruncatedBytesError ? error.message : 'it cannot be unpacked';
  return new CorruptRecordsError(`the record batch is broken: ${what}`, { cause: error });
}
