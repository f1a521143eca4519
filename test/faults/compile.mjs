import { readFileSync } from 'node:fs';
import { transformSync } from '@swc/core';
import { SWC_OPTIONS } from '../../jest.config.js';

/** A TypeScript file as JavaScript, the way the test runner compiles it. */
export function compile(filename) {
  return transformSync(readFileSync(filename, 'utf8'), { ...SWC_OPTIONS, filename }).code;
}
