const READ = [
  'name',
  'message',
  'code',
  'type',
  'status',
  'statusCode',
  'response',
  'retriable',
  'getStatus',
  'getError',
  'constructor',
];
const DEEPEST = 20;

/**
 * What was thrown, when everything that judges errors can read it; otherwise an error that says so. A getter that throws,
 * or a proxy, would make its judge fail in place of the handler.
 */
export function readableError(thrown: unknown): unknown {
  try {
    read(thrown, 0);
    return thrown;
  } catch {
    const substitute = new Error('what the handler threw cannot be read');
    substitute.name = 'UnreadableError';
    return substitute;
  }
}

function read(thrown: unknown, depth: number): void {
  if (thrown === null || typeof thrown !== 'object' || depth === DEEPEST) return;
  const fields = thrown as Record<string, unknown>;
  for (const name of READ) void fields[name];
  if (thrown instanceof Error) void fields['stack'];
  read(fields['cause'], depth + 1);
  const { errors } = fields;
  if (Array.isArray(errors)) for (const error of errors.slice(0, DEEPEST)) read(error, depth + 1);
}
