import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { JARS_FINGERPRINT, jarsFolder } from './pinned-jars.mjs';

/**
 * The broker's loaded classes, kept from one run for the next: it halves the start. Java checks the archive itself
 * and starts without it when it does not fit, so a stale one costs time and nothing else.
 */
export function classArchive(java) {
  return join(jarsFolder(), `classes-${java.version}-${JARS_FINGERPRINT}.jsa`);
}

/**
 * Java's options: use the archive, or write one at the end of this run. Several brokers may write at once, so each
 * writes a file of its own and its stop puts it in place.
 */
export function archiveOptions(java, draft) {
  const archive = classArchive(java);
  if (existsSync(archive)) return [`-XX:SharedArchiveFile=${archive}`, '-Xshare:auto'];
  return draft === undefined ? [] : [`-XX:ArchiveClassesAtExit=${draft}`];
}

/** Keeps the archive that a broker wrote when it ended. */
export function keepArchive(java, draft) {
  if (!existsSync(draft)) return;
  if (existsSync(classArchive(java))) rmSync(draft);
  else renameSync(draft, classArchive(java));
}
