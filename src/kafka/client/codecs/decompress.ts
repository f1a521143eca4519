import type { Codec } from './codec.js';
import { corrupt, CorruptBatchError, OversizedBatchError } from './codec.errors.js';
import { unpackGzip } from './gzip.js';
import { unpackLz4 } from './lz4.js';
import { unpackSnappy } from './snappy.js';
import { unpackZstd } from './zstd/index.js';

/** Unpacks everything, or throws as soon as the output would pass the limit. */
type Unpack = (input: Buffer, limitBytes: number) => Buffer | Promise<Buffer>;

/*
 * Only gzip comes from a library. What npm has for the others (looked at: snappyjs 0.7.0, fzstd 0.1.1, zstddec 0.3.4,
 * @bokuweb/zstd-wasm 0.0.27) cannot be given to hostile bytes: a nine-byte snappy literal of negative length never
 * ends, an 18-byte zstd block takes half a minute, an erroneous stream yields empty parts for ever, and none of them
 * stops at a limit. The decoders here read whole batches, which lets the output itself be the history.
 */
const UNPACKERS: Readonly<Record<Codec, Unpack>> = {
  gzip: unpackGzip,
  snappy: unpackSnappy,
  lz4: unpackLz4,
  zstd: unpackZstd,
};

/**
 * The records of a compressed batch. Fails with OversizedBatchError as soon as they would pass `limitBytes`, with
 * CorruptBatchError for whatever else is wrong, and never with another class. Checksums inside the compressed data are
 * not compared, gzip's excepted: the broker has checked the batch's own.
 */
export function decompress(
  codec: Codec,
  input: Buffer,
  limitBytes: number,
): Buffer | Promise<Buffer> {
  try {
    const output = UNPACKERS[codec](input, limitBytes);
    if (Buffer.isBuffer(output)) return output;
    return output.catch((error: unknown) => Promise.reject(asOurs(error)));
  } catch (error) {
    throw asOurs(error);
  }
}

function asOurs(error: unknown): OversizedBatchError | CorruptBatchError {
  if (error instanceof OversizedBatchError || error instanceof CorruptBatchError) return error;
  return new CorruptBatchError(corrupt('its decoder failed').message, { cause: error });
}
