import { setTimeout as sleep } from 'node:timers/promises';
import { PermanentError } from '../../../../../src/record/index.js';
import { note, noteLateness, type Attempt } from './effect-log.js';

/** What a record asks of its handler. */
export interface Work {
  readonly id: string;
  /**
   * `ok`, `fail-<k>` (the first k attempts), `fail-always`, `reject` (permanently), `hang` (never ends), `block-<ms>`
   * (nothing else runs meanwhile), `call` (as the service answers that it calls), `mendable` (refused by every version
   * but the mended one).
   */
  readonly kind: string;
  readonly workMs?: number;
}

const IS_MENDED = process.env['FAULTS_MENDED'] === 'true';
const WORK_MS = Number(process.env['FAULTS_WORK_MS'] ?? '5');

/** Every start, end and failure is a line of the effect log before anything else can happen. */
export async function perform(
  work: Work,
  context: Attempt,
  effect: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  noteLateness(context);
  note('S', work.id, context);
  try {
    const milliseconds = work.workMs ?? WORK_MS;
    if (milliseconds > 0) await sleep(milliseconds);
    if (work.kind === 'hang') await new Promise(() => undefined);
    block(Number(/^block-(\d+)$/.exec(work.kind)?.[1] ?? 0));
    if (work.kind === 'call') await callService();
    failAsAsked(work.kind, context.attempt);
    await effect();
  } catch (error) {
    note('F', work.id, context);
    throw error;
  }
  note('E', work.id, context);
}

function block(milliseconds: number): void {
  const until = performance.now() + milliseconds;
  while (performance.now() < until);
}

async function callService(): Promise<void> {
  const answer = await fetch(process.env['FAULTS_SERVICE_URL']!, { method: 'POST' });
  await answer.text();
}

function failAsAsked(kind: string, attempt: number): void {
  const isRefused = kind === 'reject' || (kind === 'mendable' && !IS_MENDED);
  if (isRefused) throw new PermanentError('this record is refused');
  const failures = /^fail-(\d+|always)$/.exec(kind)?.[1];
  if (failures === undefined) return;
  if (failures === 'always' || attempt <= Number(failures)) throw new Error('this attempt fails');
}
