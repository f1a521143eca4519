import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { identityOf, isStill } from './processes.mjs';

/**
 * Runs `work` while no other process holds the same lock file. A lock whose holder died is taken over.
 * @template T
 * @param {string} file
 * @param {() => Promise<T>} work
 * @param {{ waiting?: (holder: number) => void, signal?: AbortSignal }} [options]
 * @returns {Promise<T>}
 */
export async function withFileLock(file, work, { waiting, signal } = {}) {
  mkdirSync(dirname(file), { recursive: true });
  const mine = JSON.stringify(identityOf(process.pid));
  let told = false;
  while (!tryTake(file, mine)) {
    const holder = holderOf(file);
    if (holder !== undefined && !isStill(holder.identity)) {
      removeStale(file, holder.text);
      continue;
    }
    if (!told && holder !== undefined) waiting?.(holder.identity.pid);
    told = true;
    signal?.throwIfAborted();
    await delay(100);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

/** The lock appears with its content in one step, so that nobody reads a half-written one. */
function tryTake(file, mine) {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, mine);
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    return false;
  } finally {
    rmSync(draft, { force: true });
  }
}

function holderOf(file) {
  try {
    const text = readFileSync(file, 'utf8');
    return { text, identity: JSON.parse(text) };
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    return { text: undefined, identity: undefined }; // not one of ours: nobody holds it
  }
}

/**
 * Two processes may find the same dead holder: A moves the stale lock away and takes its own; then B moves A's fresh
 * lock. B sees other content than it judged and puts it back.
 */
function removeStale(file, judged) {
  const aside = `${file}.stale.${process.pid}`;
  try {
    renameSync(file, aside);
    if (judged !== undefined && readFileSync(aside, 'utf8') !== judged) linkSync(aside, file);
  } catch (error) {
    if (error.code !== 'ENOENT' && error.code !== 'EEXIST') throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}
