import { TypePattern } from './type-pattern.js';

const matches = (pattern: string, type: string): boolean =>
  TypePattern.parse(pattern)!.matches(type);

describe('a pattern', () => {
  it.each([
    ['workflow.started', 'workflow.started'],
    ['workflow.*', 'workflow.started'],
    ['*.failed', 'step.failed'],
    ['*.*', 'step.failed'],
    ['*', 'heartbeat'],
    ['step.*.failed', 'step.build.failed'],
    ['step.**', 'step.failed'],
    ['step.**', 'step.build.failed'],
    ['**', 'heartbeat'],
    ['**', 'step.build.failed'],
  ])('%s means %s', (pattern, type) => {
    expect(matches(pattern, type)).toBe(true);
  });

  it.each([
    ['workflow.started', 'workflow.completed'],
    ['workflow.started', 'workflow.started.again'],
    ['workflow.*', 'workflow'],
    ['workflow.*', 'workflow.step.started'],
    ['workflow.*', 'Workflow.started'],
    ['*', 'step.failed'],
    ['step.**', 'step'],
    ['step.**', 'steps.failed'],
    ['workflow.starte.', 'workflow.started'],
  ])('%s does not mean %s', (pattern, type) => {
    expect(TypePattern.parse(pattern)?.matches(type) ?? false).toBe(false);
  });

  it.each(['', '.', 'step.', '.failed', 'step..failed', 'step.fail*', '**.failed', 'a***', ' .a'])(
    'is not %j',
    (text) => {
      expect(TypePattern.parse(text)).toBeUndefined();
    },
  );
});
