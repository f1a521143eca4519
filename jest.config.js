/** How TypeScript becomes JavaScript wherever it is run from its sources: here, and by test/faults. */
export const SWC_OPTIONS = {
  jsc: {
    target: 'es2022',
    keepClassNames: true,
    parser: { syntax: 'typescript', decorators: true },
    transform: {
      legacyDecorator: true,
      decoratorMetadata: true,
      useDefineForClassFields: false,
    },
  },
  module: { type: 'es6' },
  sourceMaps: 'inline',
};

// Lanes are chosen on the command line (--selectProjects unit | integration …); stack/test.mjs runs all of them.
const shared = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': ['@swc/jest', SWC_OPTIONS],
  },
};
const lane = (name, root) => ({
  ...shared,
  displayName: name,
  roots: [`<rootDir>/${root}`],
  testRegex: '\\.spec\\.ts$',
});

export default {
  testTimeout: 90_000,
  projects: [
    lane('unit', 'src'),
    lane('architecture', 'test/architecture'),
    lane('contract', 'test/contract'),
    lane('faults', 'test/faults'),
    lane('foreign', 'test/foreign'),
    lane('simulation', 'test/simulation'),
    lane('integration', 'test/integration'),
    lane('e2e', 'test/e2e'),
  ],
};
