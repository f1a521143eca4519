// Who may import whom. `npm run check` runs it; test/architecture/import-rules.spec.ts plants a violation of each rule.
const { version: typescriptVersion } = require('typescript/package.json');

// Under TypeScript 7 dependency-cruiser reads no module and reports success.
if (Number.parseInt(typescriptVersion, 10) >= 7) {
  throw new Error(
    `dependency-cruiser reads nothing under TypeScript ${typescriptVersion}; install TypeScript 6.`,
  );
}

const STORES_AND_KAFKA = ['config', 'observability', 'connections', 'kafka', 'record'];
const CAPABILITIES = ['serialization', 'failures', 'idempotency', 'transactions', 'dead-letters'];

/** A folder of src/ imports itself and what stands here, and nothing else of src/. */
const MAY_IMPORT = {
  record: [],
  values: [],
  contracts: [],
  config: ['record'],
  observability: ['config', 'record'],
  connections: ['config', 'observability', 'record'],
  kafka: ['config', 'observability', 'record'],
  serialization: ['config', 'observability', 'record', 'kafka'],
  failures: STORES_AND_KAFKA,
  idempotency: STORES_AND_KAFKA,
  transactions: STORES_AND_KAFKA,
  'dead-letters': [...STORES_AND_KAFKA, 'failures'],
  health: [...STORES_AND_KAFKA, ...CAPABILITIES],
  metrics: [...STORES_AND_KAFKA, ...CAPABILITIES],
  console: [...STORES_AND_KAFKA, ...CAPABILITIES],
  cli: [...STORES_AND_KAFKA, ...CAPABILITIES],
  consumers: [...STORES_AND_KAFKA, ...CAPABILITIES, 'values', 'contracts'],
};

const SPEC = '\\.spec\\.ts$';
const FRONT_DOORS = ['^src/[^/]+/index\\.ts$', '^src/connections/[^/]+/index\\.ts$'];
const ENTRIES = [
  '^src/main\\.ts$',
  '^src/cli/main\\.ts$',
  '^src/consumers/[^/]+/[^/]+\\.(module|controller|config|command)\\.ts$',
];

/** It starts a process, as src/main.ts does, so it may use the composition root. */
const STARTERS = '^src/cli/main\\.ts$';

const BIG_JS = '(^|node_modules/)(@types/)?big\\.js/';

const forbid = (name, comment, from, to) => ({ name, severity: 'error', comment, from, to });

const layers = Object.entries(MAY_IMPORT).map(([folder, allowed]) =>
  forbid(
    `${folder}-stays-in-its-layer`,
    `src/${folder} may import ${allowed.join(', ') || 'nothing'} of src/. Put what both sides need into a folder that ` +
      'both may import, or declare a port here and let src/app.module.ts bind it.',
    { path: `^src/${folder}/`, pathNot: STARTERS },
    { path: '^src/', pathNot: `^src/(${[folder, ...allowed].join('|')})/` },
  ),
);

const doors = [
  forbid(
    'every-folder-has-its-layer',
    'A new folder of src/ gets a line in MAY_IMPORT first, with a decision record.',
    { path: '^src/[^/]+/', pathNot: `^src/(${Object.keys(MAY_IMPORT).join('|')})/` },
    {},
  ),
  forbid(
    'only-a-folders-index-is-imported-from-outside',
    'Import from the folder’s index.ts, and export there what others need.',
    { path: '^src/([^/]+)/' },
    { path: '^src/[^/]+/', pathNot: ['^src/$1/', ...FRONT_DOORS] },
  ),
  forbid(
    'the-composition-root-uses-the-front-doors',
    'main.ts, app.module.ts and what stands beside them import a folder’s index.ts.',
    { path: '^src/[^/]+\\.ts$' },
    { path: '^src/[^/]+/', pathNot: FRONT_DOORS },
  ),
  forbid(
    'consumers-are-found-and-not-imported',
    'A consumer’s folder is discovered at start. What others need from it belongs into config/ or a folder of its own.',
    { path: '^src/', pathNot: '^src/consumers/[^/]+/' },
    { path: '^src/consumers/[^/]+/' },
  ),
  forbid(
    'consumers-do-not-know-each-other',
    'What two consumers share belongs into a folder that both may import.',
    { path: '^src/consumers/([^/]+)/' },
    { path: '^src/consumers/[^/]+/', pathNot: '^src/consumers/$1/' },
  ),
  forbid(
    'only-the-client-imports-the-kafka-library',
    'Use what src/kafka/client offers; extend it there.',
    { path: '^src/', pathNot: '^src/kafka/client/' },
    {
      path: '(^|node_modules/)(kafkajs|@confluentinc/kafka-javascript|@platformatic/kafka)(/|$)',
    },
  ),
];

const purity = [
  forbid(
    'record-imports-nothing',
    'The vocabulary depends on no package and no built-in. What needs one belongs elsewhere.',
    { path: '^src/record/', pathNot: SPEC },
    { pathNot: '^src/record/' },
  ),
  forbid(
    'ledger-and-lanes-are-pure',
    'offsets/ and ordering/ take time, I/O and logging from their caller. Hashing is the one built-in they may use.',
    { path: '^src/kafka/consumer/(offsets|ordering)/', pathNot: SPEC },
    { pathNot: ['^src/kafka/consumer/$1/', '^src/record/', '^(node:)?crypto$'] },
  ),
  forbid(
    'policies-are-pure',
    'A policy decides from its arguments alone: let its caller fetch what it needs. Types may come from all of src/.',
    { path: '\\.policy\\.ts$' },
    {
      path: '^src/',
      pathNot: ['^src/record/', '\\.policy\\.ts$'],
      dependencyTypesNot: ['type-only'],
    },
  ),
  forbid(
    'policies-know-no-package',
    'A policy imports no package and no built-in, not even its types: let its caller translate.',
    { path: '\\.policy\\.ts$' },
    { pathNot: '^src/' },
  ),
  forbid(
    'values-know-only-big-js',
    'What domains are made of takes nothing from elsewhere but exact arithmetic.',
    { path: '^src/values/', pathNot: SPEC },
    { pathNot: ['^src/values/', BIG_JS] },
  ),
  forbid(
    'a-domain-knows-only-itself',
    'A consumer’s domain imports its own files, src/values, big.js and hashing. Reach outside through a port that it ' +
      'declares.',
    { path: '^src/consumers/([^/]+)/domain/', pathNot: SPEC },
    {
      pathNot: ['^src/consumers/$1/domain/', '^src/values/index\\.ts$', '^(node:)?crypto$', BIG_JS],
    },
  ),
];

const hygiene = [
  forbid(
    'production-code-imports-no-test',
    'Move what both need into production code, or the import into a spec.',
    { path: '^src/', pathNot: SPEC },
    { path: ['^test/', SPEC] },
  ),
  forbid(
    'src-never-imports-the-stack',
    'The embedded stack and the benchmark start the service from outside; the environment is all it sees of them.',
    { path: '^src/' },
    { path: '^(stack|bench)/' },
  ),
  forbid(
    'production-code-needs-no-development-package',
    'The image holds production dependencies only: list the package under "dependencies" in package.json.',
    { path: '^src/', pathNot: SPEC },
    {
      dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
      dependencyTypesNot: ['type-only'],
    },
  ),
  forbid(
    'no-import-cycles',
    'A class in a cycle is undefined when its decorator runs. Move the shared part into a file of its own.',
    { path: '^src/' },
    { circular: true },
  ),
  forbid(
    'no-orphans',
    'Nothing imports the file and it imports nothing: use it or delete it.',
    { path: '^src/', pathNot: [SPEC, ...ENTRIES], orphan: true },
    {},
  ),
  forbid(
    'everything-is-reached-from-an-entry',
    'Only specs, or nothing at all, import this file: wire it in src/app.module.ts or delete it.',
    { path: ENTRIES },
    { path: '^src/', pathNot: [SPEC, ...ENTRIES], reachable: false },
  ),
  forbid(
    'every-import-resolves',
    'The file or package does not exist, or package.json does not name it.',
    { path: '^src/' },
    { couldNotResolve: true },
  ),
];

module.exports = {
  forbidden: [...layers, ...doors, ...purity, ...hygiene],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
    },
  },
};
