/** A TypeScript file as JavaScript, the way the test runner compiles it. */
export function compile(filename: string): string;
