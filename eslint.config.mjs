// The rules of the house that a linter can hold. test/architecture/lint-rules.spec.ts plants a violation of each.
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

const nodeGlobals = Object.fromEntries(
  Object.getOwnPropertyNames(globalThis).map((name) => [name, 'readonly']),
);

const tooManyParameters = (selector, most) => ({
  selector: `${selector}[params.length>${most}]`,
  message: `More than ${most} parameters: pass an options object.`,
});
const constructorOf = (decorators) =>
  `:matches(ClassDeclaration, ClassExpression)[decorators.length${decorators}] > ClassBody > ` +
  'MethodDefinition[kind="constructor"] > FunctionExpression';

/** Of a constructor that Nest fills, six dependencies; of everything else, four parameters. */
const parameterLimits = [
  tooManyParameters(':matches(FunctionDeclaration, ArrowFunctionExpression)', 4),
  tooManyParameters(':matches(TSEmptyBodyFunctionExpression, TSDeclareFunction)', 4),
  tooManyParameters(':not(MethodDefinition[kind="constructor"]) > FunctionExpression', 4),
  tooManyParameters(constructorOf('=0'), 4),
  tooManyParameters(constructorOf('>0'), 6),
];

const noDefaultExport = {
  selector: ':matches(ExportDefaultDeclaration, ExportSpecifier[exported.name="default"])',
  message: 'Export by name: a default export has another name in every file that imports it.',
};

const onlyConfigReadsTheEnvironment = 'Only src/config reads the environment: inject Settings.';

const sizes = {
  'max-lines': ['error', { max: 250 }],
  'max-lines-per-function': ['error', { max: 40 }],
  'max-depth': ['error', { max: 3 }],
};

/** A property taken out to leave the rest is not unused. */
const unusedNames = { argsIgnorePattern: '^_', caughtErrors: 'all', ignoreRestSiblings: true };

const plain = {
  eqeqeq: 'error',
  // A catch that ignores its error says why, in a comment.
  'no-empty': 'error',
  'no-var': 'error',
  'prefer-const': 'error',
  'no-unreachable': 'error',
  'no-dupe-keys': 'error',
  'no-self-assign': 'error',
  'no-fallthrough': 'error',
  'no-unsafe-finally': 'error',
  'no-constant-condition': ['error', { checkLoops: false }],
};

const typed = {
  '@typescript-eslint/no-floating-promises': 'error',
  '@typescript-eslint/switch-exhaustiveness-check': [
    'error',
    { considerDefaultExhaustiveForUnions: true, allowDefaultCaseForExhaustiveSwitch: true },
  ],
  '@typescript-eslint/no-explicit-any': 'error',
  // In a file with decorators it reports nothing, so that a class Nest injects is never made a type.
  '@typescript-eslint/consistent-type-imports': 'error',
  // Without `await`, a promise returned inside try leaves before its rejection is caught.
  '@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
  '@typescript-eslint/require-await': 'off',
  '@typescript-eslint/no-unused-vars': ['error', unusedNames],
  '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
};

export default defineConfig(
  { ignores: ['dist/', 'coverage/', 'node_modules/', '.millrace/', 'samples/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.{mjs,cjs,js}'],
    languageOptions: { globals: nodeGlobals },
    rules: {
      ...plain,
      ...sizes,
      'no-undef': 'error',
      'no-unused-vars': ['error', unusedNames],
      'no-restricted-syntax': ['error', ...parameterLimits, noDefaultExport],
    },
  },
  {
    files: ['**/*.config.{mjs,cjs,js}'],
    rules: { 'no-restricted-syntax': ['error', ...parameterLimits] },
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      ...plain,
      ...sizes,
      ...typed,
      'no-restricted-syntax': ['error', ...parameterLimits, noDefaultExport],
    },
  },
  {
    files: ['src/**/*.ts'],
    rules: {
      'no-console': 'error',
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: onlyConfigReadsTheEnvironment },
      ],
      'no-restricted-imports': [
        'error',
        {
          paths: ['process', 'node:process'].map((name) => ({
            name,
            importNames: ['env'],
            message: onlyConfigReadsTheEnvironment,
          })),
        },
      ],
    },
  },
  {
    files: ['src/config/**/*.ts'],
    rules: { 'no-restricted-properties': 'off', 'no-restricted-imports': 'off' },
  },
  {
    files: ['**/*.spec.ts', 'test/**/*.ts'],
    rules: {
      'max-lines': ['error', { max: 500 }],
      'max-lines-per-function': 'off',
      // Specs read parsed JSON and hand in what the types forbid; `any` itself stays forbidden.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/restrict-plus-operands': 'off',
      '@typescript-eslint/restrict-template-expressions': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
);
