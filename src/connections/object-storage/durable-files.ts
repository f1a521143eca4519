import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { codeOf } from './storage-failure.js';

/** Writes a new file and resolves once its bytes are on the disk. Its name is not, before `syncPath` of its folder. */
export async function writeNewFile(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Has what the file or the folder holds written to the disk; of a folder, the names in it. */
export async function syncPath(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/**
 * Makes the folder and resolves once every name on the way to it is on the disk, from `root` on: another writer may have
 * made a folder a moment ago, and its name is as little durable as one of ours.
 */
export async function makeFolder(folder: string, root: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (let path = folder; ; path = dirname(path)) {
    await syncPath(path);
    if (path === root || path === dirname(path)) break;
  }
  await syncPath(dirname(root)).catch(leaveForeignFolders);
}

/** Where the storage stands may be a folder that we may go through and not open: it is whoever's made it. */
function leaveForeignFolders(error: unknown): void {
  if (codeOf(error) !== 'EACCES') throw error;
}
