import type { ConsumerDeclaration } from '../keys/index.js';
import { renderConfigurationReference } from './configuration-page.js';
import { renderEnvExample } from './env-example.js';

/** What regenerates the files; their texts and the spec that finds them stale both name it. */
export const REFERENCE_COMMAND = 'npm run reference';

export interface ReferenceFile {
  /** From the repository's root. */
  readonly path: string;
  readonly content: string;
}

/** The files that are generated from the declarations. */
export function referenceFiles(
  declarations: readonly ConsumerDeclaration[],
): readonly ReferenceFile[] {
  return [
    { path: '.env.example', content: renderEnvExample(declarations, REFERENCE_COMMAND) },
    {
      path: 'docs/reference/configuration.md',
      content: renderConfigurationReference(declarations, REFERENCE_COMMAND),
    },
  ];
}
