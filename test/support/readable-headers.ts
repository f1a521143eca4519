import type { IHeaders } from 'kafkajs';
import type { RecordHeader } from '../../src/record/index.js';

/** kafkajs's headers as a list, the values of a repeated name side by side. */
export function readableHeaders(headers: IHeaders = {}): RecordHeader[] {
  return Object.entries(headers).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((one): RecordHeader => {
      // null is left out of kafkajs's types.
      return [name, (one as unknown) === null || one === undefined ? null : Buffer.from(one)];
    }),
  );
}
