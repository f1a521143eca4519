import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { StackError } from '../project.mjs';
import { lastLines, runCommand } from '../system/detached.mjs';

/** The cluster id a data folder was formatted with, or undefined for a folder that was not. */
export function formattedClusterId(logFolder) {
  const file = join(logFolder, 'meta.properties');
  if (!existsSync(file)) return undefined;
  return /^cluster\.id=(.+)$/m.exec(readFileSync(file, 'utf8'))?.[1].trim();
}

/**
 * Formats the data folder once; afterwards it keeps its cluster id for good.
 * @param {{ java: import('./java.mjs').Java, options: readonly string[], propertiesFile: string, logFolder: string, clusterId?: string }} node
 * @returns {Promise<string>} the cluster id
 */
export async function formatOnce({
  java,
  options,
  propertiesFile,
  logFolder,
  clusterId = newClusterId(),
}) {
  const existing = formattedClusterId(logFolder);
  if (existing !== undefined) return existing;
  const { code, output } = await runCommand(java.command, [
    ...options,
    'kafka.tools.StorageTool',
    'format',
    '--ignore-formatted',
    '-t',
    clusterId,
    '-c',
    propertiesFile,
  ]);
  if (code !== 0)
    throw new StackError(`Kafka could not format ${logFolder}:\n${lastLines(output)}`);
  return formattedClusterId(logFolder) ?? clusterId;
}

/** 16 random bytes in the form Kafka prints ids; a leading dash would read like an option. */
export function newClusterId() {
  for (;;) {
    const id = randomBytes(16).toString('base64url');
    if (!id.startsWith('-')) return id;
  }
}
