/** Node's and undici's names for a network that failed or was slow. */
const NETWORK_CODES: ReadonlySet<string> = new Set([
  'EAI_AGAIN',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ESOCKETTIMEDOUT',
  'ETIMEDOUT',
  'UND_ERR_BODY_TIMEOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_SOCKET',
]);

/**
 * SQLSTATEs that may pass: serialization failure, deadlock, insufficient resources, invalid authorization, insufficient
 * privilege, undefined table (a migration that runs late). PostgreSQL documentation, appendix A.
 */
const TRANSIENT_SQLSTATE = /^(40001|40P01|53...|28...|42501|42P01)$/;

const TIMEOUT_NAMES: ReadonlySet<string> = new Set(['TimeoutError', 'AbortError']);

/** Whether one error, its causes aside, says that trying again may help. */
export function hasTransientCode(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { code, name, retriable } = error as {
    code?: unknown;
    name?: unknown;
    retriable?: unknown;
  };
  if (typeof code === 'string' && (NETWORK_CODES.has(code) || TRANSIENT_SQLSTATE.test(code))) {
    return true;
  }
  if (typeof name !== 'string') return false;
  return TIMEOUT_NAMES.has(name) || (name.startsWith('KafkaJS') && retriable === true);
}

/** Whether one error, its causes aside, says that transactions met: serialization failure or deadlock. */
export function isContention(error: unknown): boolean {
  const { code } = (error ?? {}) as { code?: unknown };
  return code === '40001' || code === '40P01';
}
