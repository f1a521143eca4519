import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { declaredConsumers, REFERENCE_COMMAND, referenceFiles } from '../../src/config/index.js';

const root = join(import.meta.dirname, '..', '..');

describe('the files that follow from the declarations of the configuration', () => {
  it.each(referenceFiles([]).map(({ path }) => path))(
    `%s says what src/config declares (if not: ${REFERENCE_COMMAND})`,
    async (path) => {
      const declarations = await declaredConsumers(join(root, 'src', 'consumers'));
      const wanted = referenceFiles(declarations).find((file) => file.path === path);
      const present = await readFile(join(root, path), 'utf8').catch(() => 'missing');
      if (present !== wanted?.content) {
        throw new Error(`${path} is stale; regenerate it with: ${REFERENCE_COMMAND}`);
      }
    },
  );
});
