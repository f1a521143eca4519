import { relative } from 'node:path';
import { ALLOWED, LINT_PLANTS } from './fixtures/lint-plants.js';
import { PlantedTree, runTool } from './fixtures/planted-tree.js';

interface LintedFile {
  readonly filePath: string;
  readonly messages: readonly { readonly ruleId: string | null; readonly message: string }[];
}

describe('the lint rules', () => {
  let tree: PlantedTree;
  let found: Map<string, string[]>;

  beforeAll(async () => {
    tree = await PlantedTree.create(['eslint.config.mjs']);
    await tree.write(ALLOWED);
    await tree.write(Object.fromEntries(LINT_PLANTS.map(({ file, code }) => [file, code])));
    const { stdout, stderr } = await runTool(tree.folder, 'eslint', ['.', '--format', 'json']);
    if (!stdout.startsWith('[')) throw new Error(`ESLint did not run: ${stderr}`);
    found = new Map(
      (JSON.parse(stdout) as LintedFile[]).map(({ filePath, messages }) => [
        relative(tree.folder, filePath),
        messages.map(({ ruleId, message }) => ruleId ?? message),
      ]),
    );
  }, 120_000);

  afterAll(() => tree.remove());

  it.each(LINT_PLANTS)('$rule catches $what', ({ rule, file }) => {
    expect(new Set(found.get(file))).toEqual(new Set([rule]));
  });

  it.each(Object.keys(ALLOWED))('let %s pass', (file) => {
    expect(found.get(file)).toEqual([]);
  });
});
