import { cpSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compile } from '../compile.mjs';

const PROJECT = fileURLToPath(new URL('../../../', import.meta.url));
const MEMBER = join(PROJECT, 'test', 'faults', 'member');

/** The service's own consumer that the run of the ledger is about; nobody else starts it. */
const UNDER_TEST = 'ledger';

/**
 * The compiled service, its own consumers but one taken out and the harness's put in their place: what runs is the
 * service's own entry, discovery and shutdown. Returns the entry's path.
 */
export function copyService(folder: string): string {
  const service = join(folder, 'service');
  mkdirSync(folder, { recursive: true });
  cpSync(join(PROJECT, 'dist'), service, { recursive: true });
  symlinkSync(join(PROJECT, 'node_modules'), join(folder, 'node_modules'));
  cpSync(join(PROJECT, 'package.json'), join(folder, 'package.json'));
  const consumers = join(service, 'consumers');
  for (const name of readdirSync(consumers)) {
    if (name !== UNDER_TEST) rmSync(join(consumers, name), { recursive: true });
  }
  for (const name of ['consumers', 'controls'])
    copyCompiled(join(MEMBER, name), join(service, name));
  return join(service, 'main.js');
}

function copyCompiled(from: string, to: string): void {
  for (const entry of readdirSync(from, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const source = join(entry.parentPath, entry.name);
    const target = join(to, source.slice(from.length)).replace(/\.ts$/, '.js');
    mkdirSync(join(target, '..'), { recursive: true });
    writeFileSync(target, compiled(source));
  }
}

/** `src/` of the project is the folder that the copy stands in. */
function compiled(source: string): string {
  return compile(source).replaceAll(/(['"])(?:\.\.\/){5}src\//g, '$1../../');
}
