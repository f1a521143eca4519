const SECONDS = /^\d{1,10}$/;

/**
 * How long a `Retry-After` header asks to wait (RFC 9110, 10.2.3), in milliseconds: seconds, or the date until which.
 * Undefined for none, or one that says neither.
 */
export function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  const text = header?.trim() ?? '';
  if (SECONDS.test(text)) return Number(text) * 1_000;
  const until = text.endsWith('GMT') ? Date.parse(text) : NaN;
  return Number.isNaN(until) ? undefined : Math.max(0, until - nowMs);
}
