import type { IHeaders } from 'kafkajs';
import type { RecordHeader } from '../../src/record/index.js';

/**
 * Headers as a list, whoever decoded them: in a process that also runs the service, kafkajs hands over the service's own
 * decoding, which is a list already.
 */
export function readableHeaders(headers: IHeaders | readonly RecordHeader[] = {}): RecordHeader[] {
  if (Array.isArray(headers)) return headers as RecordHeader[];
  return Object.entries(headers as IHeaders).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((one): RecordHeader => {
      return [name, one === undefined ? null : Buffer.from(one as Buffer)];
    }),
  );
}
