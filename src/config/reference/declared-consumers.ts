import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isConsumerDeclaration, type ConsumerDeclaration } from '../keys/index.js';

/** The declarations that the `*.config` files of the consumers' folders export, in the order of the folders' names. */
export async function declaredConsumers(folder: string): Promise<readonly ConsumerDeclaration[]> {
  const paths = existsSync(folder) ? await readdir(folder, { recursive: true }) : [];
  const found: ConsumerDeclaration[] = [];
  for (const path of paths
    .filter((name) => /^[^/\\]+[/\\][^/\\]+\.config\.[jt]s$/.test(name))
    .sort()) {
    const exported = (await import(pathToFileURL(join(folder, path)).href)) as object;
    found.push(...Object.values(exported).filter(isConsumerDeclaration));
  }
  return found;
}
