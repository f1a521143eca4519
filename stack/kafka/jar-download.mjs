import { createHash } from 'node:crypto';
import { createWriteStream, renameSync, rmSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { megabytes } from '../progress.mjs';
import { jarFile } from './pinned-jars.mjs';

const MAVEN_CENTRAL = 'https://repo1.maven.org/maven2';
const AT_ONCE = 6;
const ATTEMPTS = 3;
const SILENCE_MS = 30_000;

/**
 * Downloads the jars into the folder. Returns why it did not succeed, or undefined. Only connection errors are tried
 * again: an HTTP status and wrong bytes stay what they are.
 * @param {readonly import('./pinned-jars.mjs').Jar[]} jars
 * @returns {Promise<string | undefined>}
 */
export async function downloadJars(jars, folder, tell) {
  const base = (process.env.KAFKA_REPO_URL || MAVEN_CENTRAL).replace(/\/+$/, '');
  const waiting = [...jars];
  const progress = { jars: 0, bytes: 0 };
  const total = jars.reduce((sum, jar) => sum + jar.size, 0);
  const reminder = setInterval(
    () =>
      tell(
        `  ${progress.jars} of ${jars.length} jars, ${megabytes(progress.bytes)} of ${megabytes(total)}`,
      ),
    1000,
  );
  let failure;
  const worker = async () => {
    while (waiting.length > 0 && failure === undefined) {
      const jar = waiting.shift();
      failure ??= await downloadWithRetries(base, jar, folder, progress);
      progress.jars += 1;
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
  } finally {
    clearInterval(reminder);
  }
  return failure;
}

async function downloadWithRetries(base, jar, folder, progress) {
  const url = `${base}/${jar.path}`;
  for (let attempt = 1; ; attempt += 1) {
    const before = progress.bytes;
    try {
      return await download(url, jar, folder, progress);
    } catch (error) {
      progress.bytes = before;
      if (attempt === ATTEMPTS) return `${url}: ${describeConnectionError(error)}`;
      await delay(500 * attempt);
    }
  }
}

/** Throws for a broken connection; returns a failure that trying again cannot mend, or undefined. */
async function download(url, jar, folder, progress) {
  const silence = new AbortController();
  const alarm = setTimeout(
    () => silence.abort(new Error(`no data for ${SILENCE_MS / 1000} s`)),
    SILENCE_MS,
  );
  const part = `${jarFile(folder, jar)}.part`;
  try {
    const response = await fetch(url, { signal: silence.signal });
    if (!response.ok) return `${url}: HTTP ${response.status}`;
    const hash = createHash('sha512');
    const watched = async function* watch(source) {
      for await (const chunk of source) {
        alarm.refresh();
        hash.update(chunk);
        progress.bytes += chunk.length;
        yield chunk;
      }
    };
    await pipeline(Readable.fromWeb(response.body), watched, createWriteStream(part));
    if (hash.digest('hex') !== jar.sha512) return `${url}: SHA-512 mismatch`;
    renameSync(part, jarFile(folder, jar));
    return undefined;
  } finally {
    clearTimeout(alarm);
    rmSync(part, { force: true });
  }
}

/** Node says only "fetch failed"; the code beneath it is what helps. */
function describeConnectionError(error) {
  const code = error.cause?.code ?? error.code;
  const hint = /CERT|ISSUER|SIGNATURE/.test(code ?? '')
    ? ' (a private certificate authority? name its file in NODE_EXTRA_CA_CERTS)'
    : '';
  return `${error.cause?.message ?? error.message}${code === undefined ? '' : ` [${code}]`}${hint}`;
}
