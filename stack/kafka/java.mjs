import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { StackError } from '../project.mjs';
import { runCommand } from '../system/detached.mjs';

const LOWEST_VERSION = 17;

/**
 * @typedef {{ command: string, version: string, major: number }} Java
 */

/**
 * The Java that runs the broker: JAVA_HOME's when it fits, else the one on PATH. When neither fits the error names
 * what was found and every way out.
 * @returns {Promise<Java>}
 */
export async function findJava(environment = process.env) {
  const found = [];
  for (const candidate of candidates(environment)) {
    const java = await examine(candidate.command);
    if (java !== undefined && java.major >= LOWEST_VERSION) return java;
    found.push(
      `${candidate.where}: ${java === undefined ? 'does not run' : `Java ${java.version}`}`,
    );
  }
  throw new StackError(missingJava(found));
}

function candidates(environment) {
  const list = [];
  if (environment.JAVA_HOME) {
    list.push({ where: 'JAVA_HOME', command: join(environment.JAVA_HOME, 'bin', 'java') });
  }
  const folder = (environment.PATH ?? '')
    .split(delimiter)
    .find((each) => existsSync(join(each, 'java')));
  if (folder) list.push({ where: join(folder, 'java'), command: join(folder, 'java') });
  return list;
}

/** Asks a java for its version, which it prints to stderr as `openjdk version "17.0.15" …`. */
async function examine(command) {
  try {
    const { output } = await runCommand(command, ['-version']);
    const version = /version "([^"]+)"/.exec(output)?.[1];
    if (version === undefined) return undefined;
    const [first, second] = version.split(/[._+-]/).map(Number);
    return { command, version, major: first === 1 ? second : first };
  } catch {
    return undefined; // not there, or not executable
  }
}

function missingJava(found) {
  return [
    `The embedded Kafka broker needs Java ${LOWEST_VERSION} or newer, and there is none here.`,
    ...(found.length === 0
      ? ['  Looked at: JAVA_HOME (not set), PATH (no java).']
      : found.map((line) => `  Found ${line}`)),
    'Do one of these:',
    '  Debian, Ubuntu:  apt-get install openjdk-17-jre-headless',
    '  Fedora, RHEL:    dnf install java-21-openjdk-headless',
    '  macOS:           brew install openjdk@21   (and follow its hint about PATH)',
    '  or set JAVA_HOME to a Java that is already somewhere else,',
    '  or set KAFKA_BROKERS=host:port (and DATABASE_URL) to use your own broker: then no Java is needed.',
  ].join('\n');
}
