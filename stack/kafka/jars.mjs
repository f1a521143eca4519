import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { StackError } from '../project.mjs';
import { megabytes, say, seconds } from '../progress.mjs';
import { withFileLock } from '../system/file-lock.mjs';
import { downloadJars } from './jar-download.mjs';
import { copyJarsWithMaven } from './jar-maven.mjs';
import {
  hasPinnedBytes,
  jarFile,
  JARS,
  jarsFolder,
  KAFKA_VERSION,
  missingJars,
  placeJar,
} from './pinned-jars.mjs';

/**
 * Puts every pinned jar into the cache folder and returns their paths. Whatever the source (cache, ~/.m2, download,
 * Maven), only a file with the pinned SHA-512 is used.
 * @returns {Promise<string[]>}
 */
export async function provideJars({ tell = say } = {}) {
  const folder = jarsFolder();
  makeFolder(folder);
  if ((await missingJars(folder)).length > 0) {
    const waiting = (holder) => tell(`waiting for process ${holder}, which is fetching Kafka …`);
    await withFileLock(join(folder, 'fetch.lock'), () => fetchMissing(folder, tell), { waiting });
  }
  return JARS.map((jar) => jarFile(folder, jar));
}

function makeFolder(folder) {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new StackError(
      `Cannot make the cache folder ${folder}: ${error.message}\nSet XDG_CACHE_HOME to a folder you may write to.`,
      { cause: error },
    );
  }
}

async function fetchMissing(folder, tell) {
  const began = Date.now();
  await takeFromMavenRepository(folder, await missingJars(folder));
  let missing = await missingJars(folder);
  if (missing.length === 0) return;
  const bytes = missing.reduce((sum, jar) => sum + jar.size, 0);
  tell(
    `fetching Apache Kafka ${KAFKA_VERSION} (${missing.length} jars, ${megabytes(bytes)}, once) …`,
  );
  const failures = [];
  for (const source of [downloadJars, copyJarsWithMaven]) {
    const failure = await source(missing, folder, tell);
    missing = await missingJars(folder);
    if (missing.length === 0) {
      tell(`fetching Apache Kafka ${KAFKA_VERSION}: done in ${seconds(Date.now() - began)}`);
      return;
    }
    failures.push(
      failure ?? `a source gave other bytes than the pinned ones for ${missing[0].path}`,
    );
  }
  throw new StackError(waysOut(missing, folder, failures));
}

/** A jar that Maven has fetched before is copied, not downloaded again. */
async function takeFromMavenRepository(folder, missing) {
  const repository = join(homedir(), '.m2', 'repository');
  if (!existsSync(repository)) return;
  for (const jar of missing) {
    const candidate = join(repository, jar.path);
    if (await hasPinnedBytes(candidate, jar)) placeJar(candidate, folder, jar);
  }
}

function waysOut(missing, folder, failures) {
  return [
    `Apache Kafka ${KAFKA_VERSION} could not be fetched: ${missing.length} of ${JARS.length} jars are missing.`,
    ...failures.map((failure) => `  - ${failure}`),
    'Do one of these:',
    '  set KAFKA_REPO_URL to a Maven repository you can reach (a company mirror of Maven Central),',
    '  install Maven (mvn) with settings for your mirror or proxy: it is used when the download fails,',
    `  put the jars listed in stack/kafka/jars.json into ${folder} yourself,`,
    '  or set KAFKA_BROKERS=host:port (and DATABASE_URL) to use your own broker.',
  ].join('\n');
}
