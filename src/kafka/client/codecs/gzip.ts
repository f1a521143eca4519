import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { corrupt, CorruptBatchError, oversized, OversizedBatchError } from './codec.errors.js';

const gunzipAsync = promisify(gunzip);

/** Header, an empty body and the trailer. */
const SHORTEST = 20;
const SMALLEST_CHUNK = 1024;

/**
 * Outside the event loop, by Node. The trailer says how long the output is, so that one chunk of exactly that size
 * receives it; a trailer that lies costs a second chunk, and so less than twice the limit for a moment.
 */
export async function unpackGzip(input: Buffer, limitBytes: number): Promise<Buffer> {
  if (input.length < SHORTEST) throw corrupt('it is too short for gzip');
  const promised = input.readUInt32LE(input.length - 4);
  // One byte more than is promised: a chunk that is exactly full makes zlib allocate another.
  const chunkSize = Math.max(Math.min(promised, limitBytes) + 1, SMALLEST_CHUNK);
  try {
    // Node takes no limit of 0.
    const maxOutputLength = Math.max(limitBytes, 1);
    const output = await gunzipAsync(input, { maxOutputLength, chunkSize });
    if (output.length > limitBytes) throw oversized(limitBytes);
    return output.length * 2 < chunkSize ? Buffer.from(output) : output;
  } catch (error) {
    if (error instanceof OversizedBatchError) throw error;
    if (codeOf(error) === 'ERR_BUFFER_TOO_LARGE') throw oversized(limitBytes);
    const { message } = corrupt(`gzip fails with ${codeOf(error) ?? 'no code'}`);
    throw new CorruptBatchError(message, { cause: error });
  }
}

/** Not by instanceof: Node's errors are of another realm than a test's. */
function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | undefined)?.code;
}
