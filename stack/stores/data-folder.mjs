import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { canReach, reachableSubstitute } from '../postgres/index.mjs';
import { readState } from './state.mjs';

/**
 * Where the stores of a home folder keep their data: inside it, unless PostgreSQL's account cannot get there (root's
 * own home is closed to the account that root starts it with). Both stores move together, so that committed offsets
 * and stored rows never come from different times.
 */
export function dataFolderOf(home, tell) {
  const known = readState(home).dataFolder;
  if (known !== undefined && existsSync(known) && canReach(known)) return known;
  const wanted = join(home, 'data');
  mkdirSync(wanted, { recursive: true });
  if (canReach(wanted)) return wanted;
  const substitute = reachableSubstitute(wanted);
  tell(
    `PostgreSQL cannot run as root, and the account "nobody" cannot reach ${wanted}: the data is in ${substitute}`,
  );
  return substitute;
}
