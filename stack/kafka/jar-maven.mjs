import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { lastLines, runCommand } from '../system/detached.mjs';
import { hasPinnedBytes, placeJar } from './pinned-jars.mjs';

/**
 * Lets Maven fetch the jars: it knows the mirrors and proxies of the user's settings. What it brings is used only
 * when its bytes are the pinned ones. Returns why it did not succeed, or undefined.
 * @param {readonly import('./pinned-jars.mjs').Jar[]} jars
 * @returns {Promise<string | undefined>}
 */
export async function copyJarsWithMaven(jars, folder, tell) {
  const work = mkdtempSync(join(tmpdir(), 'millrace-maven-'));
  try {
    tell('  the download failed; trying Maven …');
    writeFileSync(join(work, 'pom.xml'), projectFor(jars));
    const goal = [
      '-q',
      '-B',
      'dependency:copy-dependencies',
      `-DoutputDirectory=${join(work, 'jars')}`,
    ];
    const { code, output } = await runCommand('mvn', goal, { cwd: work });
    if (code !== 0) return `mvn: ${lastLines(output, 3)}`;
    return await takeVerified(jars, join(work, 'jars'), folder);
  } catch (error) {
    return error.code === 'ENOENT' ? 'mvn is not on PATH' : `mvn: ${error.message}`;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function takeVerified(jars, from, folder) {
  for (const jar of jars) {
    const candidate = join(from, basename(jar.path));
    if (!existsSync(candidate)) return `mvn did not bring ${jar.path}`;
    if (!(await hasPinnedBytes(candidate, jar)))
      return `mvn brought ${jar.path} with a SHA-512 mismatch`;
    placeJar(candidate, folder, jar);
  }
  return undefined;
}

/** A project that depends on exactly these jars and on nothing they ask for. */
function projectFor(jars) {
  const dependencies = jars.map((jar) => {
    const parts = jar.path.split('/');
    const [artifact, version] = parts.slice(-3, -1);
    const group = parts.slice(0, -3).join('.');
    return `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version>
      <exclusions><exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion></exclusions></dependency>`;
  });
  return `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
  <groupId>millrace</groupId><artifactId>embedded-kafka</artifactId><version>1</version>
  <dependencies>${dependencies.join('\n')}</dependencies></project>
`;
}
