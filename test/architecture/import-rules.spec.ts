import { createRequire } from 'node:module';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CLEAN_TREE, IMPORT_PLANTS } from './fixtures/import-plants.js';
import { PlantedTree, PROJECT_FOLDER, runTool } from './fixtures/planted-tree.js';

const RULE_FILE = '.dependency-cruiser.cjs';

interface Cruise {
  readonly modules: readonly { readonly source: string }[];
  readonly summary: {
    readonly violations: readonly {
      readonly from: string;
      readonly to: string;
      readonly rule: { readonly name: string };
    }[];
  };
}

async function cruise(folder: string): Promise<Cruise> {
  const parameters = ['src', '--config', RULE_FILE, '--output-type', 'json'];
  const { stdout, stderr } = await runTool(folder, 'depcruise', parameters);
  if (!stdout.startsWith('{')) throw new Error(`dependency-cruiser did not run: ${stderr}`);
  return JSON.parse(stdout) as Cruise;
}

const sentences = (result: Cruise): string[] =>
  result.summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`);

const sourceFilesIn = (result: Cruise): string[] =>
  result.modules.map(({ source }) => source).filter((source) => source.startsWith('src/'));

describe('the import rules', () => {
  let tree: PlantedTree;
  let clean: Cruise;
  let planted: Cruise;

  beforeAll(async () => {
    tree = await PlantedTree.create([RULE_FILE]);
    await tree.write(CLEAN_TREE);
    clean = await cruise(tree.folder);
    for (const { files } of IMPORT_PLANTS) await tree.write(files);
    planted = await cruise(tree.folder);
  }, 60_000);

  afterAll(() => tree.remove());

  it('let every allowed import pass', () => {
    expect(sentences(clean)).toEqual([]);
    expect(sourceFilesIn(clean).sort()).toEqual(Object.keys(CLEAN_TREE).sort());
  });

  it.each(IMPORT_PLANTS)('$rule catches $what', ({ rule, files }) => {
    const [offender] = Object.keys(files);
    const caughtBy = planted.summary.violations
      .filter(({ from }) => from === offender)
      .map((violation) => violation.rule.name);
    expect(caughtBy).toContain(rule);
  });

  it('blame the planted files and no other', () => {
    const plants = new Set(IMPORT_PLANTS.flatMap(({ files }) => Object.keys(files)));
    const blamed = planted.summary.violations.map(({ from }) => from);
    expect(blamed.filter((file) => !plants.has(file))).toEqual([]);
  });

  it('have a planted violation each', () => {
    const rules = createRequire(import.meta.url)(join(PROJECT_FOLDER, RULE_FILE)) as {
      forbidden: { name: string; comment: string }[];
    };
    const named = new Set(rules.forbidden.map(({ name }) => name));
    expect([...named].sort()).toEqual([...new Set(IMPORT_PLANTS.map(({ rule }) => rule))].sort());
    expect(rules.forbidden.filter(({ comment }) => comment === '')).toEqual([]);
  });

  it('hold in this project, whose files were really read', async () => {
    const project = await cruise(PROJECT_FOLDER);
    expect(sentences(project)).toEqual([]);
    expect(sourceFilesIn(project).length).toBeGreaterThan(50);
  }, 60_000);

  it('refuse a TypeScript under which nothing would be read', async () => {
    const other = await PlantedTree.create([]);
    try {
      await other.write({ 'rules/node_modules/typescript/package.json': '{"version":"7.0.2"}' });
      const copy = join(other.folder, 'rules', 'rules.cjs');
      await copyFile(join(PROJECT_FOLDER, RULE_FILE), copy);
      const load = (): unknown => createRequire(copy)(copy);
      expect(load).toThrow('install TypeScript 6');
    } finally {
      await other.remove();
    }
  });
});
