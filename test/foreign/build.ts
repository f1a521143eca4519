import { mkdirSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { findJava } from '../../stack/kafka/index.mjs';
import { StackError } from '../../stack/project.mjs';
import { lastLines, runCommand } from '../../stack/system/detached.mjs';
import type { ForeignLibrary } from './libraries/library.js';

const PROGRAMS = join(import.meta.dirname, 'programs');
const JVM = [
  ...['-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'],
  '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
];

/** How a library's program is started. */
export interface BuiltProgram {
  readonly command: string;
  readonly parameters: readonly string[];
}

/** The version of the library's package, as the program is built with it. */
export function versionOf({ name, artifact, build }: ForeignLibrary): string {
  const read = (file: string): string => readFileSync(join(PROGRAMS, name, file), 'utf8');
  if (build.kind === 'go') return new RegExp(`${artifact} v(\\S+)`).exec(read('go.mod'))![1]!;
  const project = read('pom.xml');
  const dependencies = project.slice(project.indexOf('<dependencies>'));
  const version = new RegExp(`<artifactId>${artifact}</artifactId>\\s*<version>([^<]+)<`);
  return version.exec(dependencies)![1]!;
}

/** Builds the program with the library's own tools, outside the checkout. */
export async function build(library: ForeignLibrary, folder: string): Promise<BuiltProgram> {
  mkdirSync(folder, { recursive: true });
  const { name, build: how } = library;
  const source = join(PROGRAMS, name);
  if (how.kind === 'go') {
    const command = join(folder, name);
    await run('go', ['build', '-o', command, '.'], source);
    return { command, parameters: [] };
  }
  const listFile = join(folder, 'class-path');
  const goals = ['compile', 'dependency:build-classpath', `-Dmdep.outputFile=${listFile}`];
  await run('mvn', ['-q', '-B', `-DbuildFolder=${folder}`, ...goals], source);
  const classPath = [join(folder, 'classes'), readFileSync(listFile, 'utf8').trim()];
  const { command } = await findJava();
  return { command, parameters: [...JVM, '-cp', classPath.join(delimiter), how.mainClass] };
}

async function run(tool: string, parameters: readonly string[], cwd: string): Promise<void> {
  const { code, output } = await runCommand(tool, parameters, { cwd }).catch((error: unknown) => {
    throw new StackError(`${tool} is needed, and does not run`, { cause: error });
  });
  if (code !== 0) throw new StackError(`${tool} has failed in ${cwd}:\n${lastLines(output, 30)}`);
}
