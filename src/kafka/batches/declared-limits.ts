import { byteSize, duration, Refusal } from '../../config/index.js';
import { HandlerDeclarationError } from '../kafka.errors.js';
import { batchOptionsOf, type ByteAmount, type WaitingTime } from './batch.decorator.js';
import { bufferedSinkOptionsOf } from './buffered-sink.decorator.js';
import type { FlushSize } from './flush-size.policy.js';
import type { BatchLimits } from './partition-batches.js';

const MOST_RECORDS = 100_000;
const BYTES = byteSize({ min: 1, max: 1024 ** 3 });
const WAIT = duration({ min: 1, max: 3_600_000 });
const DEFAULT_RECORDS = 500;
const DEFAULT_BYTES = 1024 ** 2;
const DEFAULT_WAIT = '250ms';

/** What a method says of its batches. */
export interface DeclaredBatch {
  readonly limits: BatchLimits;
  readonly isAtomic: boolean;
  /** The class of one payload. */
  readonly contract: (abstract new (...parameters: never[]) => object) | undefined;
}

/** What a method says of its buffer. */
export interface DeclaredSink {
  readonly size: FlushSize;
  readonly maxWaitMs: number | undefined;
}

/** Undefined without `@Batch`. Refuses at start what nobody could keep. */
export function declaredBatch(method: object, place: string): DeclaredBatch | undefined {
  const options = batchOptionsOf(method);
  if (options === undefined) return undefined;
  const said = `@Batch of ${place}`;
  const {
    maxRecords = DEFAULT_RECORDS,
    maxBytes = DEFAULT_BYTES,
    maxWait = DEFAULT_WAIT,
  } = options;
  const limits = {
    maxRecords: recordsOf(maxRecords, said),
    maxBytes: bytesOf(maxBytes, said),
    maxWaitMs: millisecondsOf(maxWait, said),
  };
  return { limits, isAtomic: options.atomic === true, contract: options.of };
}

/** Undefined without `@BufferedSink`. */
export function declaredSink(method: object, place: string): DeclaredSink | undefined {
  const options = bufferedSinkOptionsOf(method);
  if (options === undefined) return undefined;
  const said = `@BufferedSink of ${place}`;
  const { maxRecords, maxBytes, maxWait } = options;
  return {
    size: {
      maxRecords: recordsOf(maxRecords, said),
      maxBytes: maxBytes === undefined ? 0 : bytesOf(maxBytes, said),
    },
    maxWaitMs: maxWait === undefined ? undefined : millisecondsOf(maxWait, said),
  };
}

function recordsOf(value: number, said: string): number {
  if (Number.isInteger(value) && value >= 1 && value <= MOST_RECORDS) return value;
  throw refused(said, 'maxRecords', value, `a whole number from 1 to ${MOST_RECORDS}`);
}

function bytesOf(value: ByteAmount, said: string): number {
  const bytes = BYTES.parse(String(value));
  if (bytes instanceof Refusal) throw refused(said, 'maxBytes', value, BYTES.expects);
  return bytes;
}

function millisecondsOf(value: WaitingTime, said: string): number {
  const milliseconds = WAIT.parse(String(value));
  if (milliseconds instanceof Refusal) throw refused(said, 'maxWait', value, WAIT.expects);
  return milliseconds;
}

function refused(
  said: string,
  option: string,
  value: unknown,
  expected: string,
): HandlerDeclarationError {
  return new HandlerDeclarationError(
    `${said} has ${option} ${String(value)}: expected ${expected}`,
  );
}
