import { Interrupted } from '../project.mjs';
import { seconds } from '../progress.mjs';
import { setTimeout as delay } from 'node:timers/promises';

const REMIND_EVERY_MS = 10_000;

/**
 * Waits until the service answers 200 on /readyz and says meanwhile what it waits for. Resolves false when the
 * service ended instead; rejects when we are asked to end.
 * @param {import('./service-process.mjs').ServiceProcess} service
 * @param {{ url: string, signal: AbortSignal, tell: import('../progress.mjs').Say, timeoutMs?: number }} options
 */
export async function becomesReady(service, { url, signal, tell, timeoutMs = Infinity }) {
  const began = Date.now();
  let reminded = began;
  while (service.isRunning) {
    signal.throwIfAborted();
    const answer = await ask(`${url}/readyz?verbose`);
    if (answer?.status === 200) return true;
    const now = Date.now();
    if (now - began > timeoutMs)
      throw new Error(`the service is not ready after ${seconds(timeoutMs)}: ${missing(answer)}`);
    if (now - reminded > REMIND_EVERY_MS) {
      reminded = now;
      tell(`not ready yet, after ${seconds(now - began)}: ${missing(answer)}`);
    }
    await delay(100);
  }
  return false;
}

/**
 * @returns {Promise<{ status: number, body: any } | undefined>} undefined while nothing answers
 */
export async function ask(url) {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(3000) });
    const text = await response.text();
    return { status: response.status, body: parsed(text) };
  } catch (error) {
    if (error instanceof Interrupted) throw error;
    return undefined; // not listening, or not answering in time
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {}; // a plain-text answer has no details
  }
}

/** What the report of /readyz calls down, in short. */
function missing(answer) {
  if (answer === undefined) return 'no answer yet';
  const down = Object.entries(answer.body.error ?? {}).map(([name, { status, ...details }]) => {
    const said = Object.keys(details).length === 0 ? status : JSON.stringify(details);
    return `${name}: ${said.slice(0, 200)}`;
  });
  return down.length === 0 ? `HTTP ${answer.status}` : down.join('; ');
}
