import { createHash } from 'node:crypto';
import { copyFileSync, createReadStream, existsSync, readFileSync, renameSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { cacheFolder } from '../project.mjs';

/**
 * @typedef {{ path: string, size: number, sha512: string }} Jar
 */

const PINNED = JSON.parse(readFileSync(new URL('./jars.json', import.meta.url), 'utf8'));

/** @type {readonly Jar[]} */
export const JARS = PINNED.jars;
export const KAFKA_VERSION = PINNED.version;

/** Changes when any pinned jar does. */
export const JARS_FINGERPRINT = createHash('sha256')
  .update(JARS.map((jar) => jar.sha512).join())
  .digest('hex')
  .slice(0, 12);

export function jarsFolder() {
  return join(cacheFolder(), `kafka-${KAFKA_VERSION}`);
}

export function jarFile(folder, jar) {
  return join(folder, basename(jar.path));
}

export async function hasPinnedBytes(file, jar) {
  if (!existsSync(file)) return false;
  const hash = createHash('sha512');
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex') === jar.sha512;
}

/** Copies a file to its place in the cache in one visible step. */
export function placeJar(from, folder, jar) {
  const part = `${jarFile(folder, jar)}.part`;
  copyFileSync(from, part);
  renameSync(part, jarFile(folder, jar));
}

/** The pinned jars that the folder does not have with the pinned bytes. */
export async function missingJars(folder) {
  const present = await Promise.all(JARS.map((jar) => hasPinnedBytes(jarFile(folder, jar), jar)));
  return JARS.filter((_, index) => !present[index]);
}
