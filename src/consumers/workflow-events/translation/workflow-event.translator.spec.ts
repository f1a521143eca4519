import 'reflect-metadata';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { ContractViolationError } from '../../../record/index.js';
import { WorkflowEvent } from '../contract/index.js';
import { toRunEvent } from './workflow-event.translator.js';

const EVENT = {
  event_id: 'e-1',
  event_type: 'workflow.started',
  source: 'engine',
  workflow_id: 'w-1',
  workflow_run_id: 'r-1',
  timestamp: '2026-01-31T12:00:00.123456+01:00',
  data: { input: { amount: 1, tags: ['a'], none: null } },
};

function violationsOf(changes: object): string[] {
  const event = plainToInstance(WorkflowEvent, { ...EVENT, ...changes });
  return validateSync(event, { whitelist: true }).map(({ property }) => property);
}

describe('a workflow event', () => {
  it('is told in the terms of the domain, its data as they are', () => {
    const event = plainToInstance(WorkflowEvent, { ...EVENT, more: 1 });
    expect(validateSync(event, { whitelist: true })).toEqual([]);
    const { occurredAt, ...rest } = toRunEvent(
      event,
      Buffer.from(`\uFEFF${JSON.stringify(EVENT)}`),
    );
    expect(rest).toEqual({
      id: 'e-1',
      type: 'workflow.started',
      source: 'engine',
      workflowId: 'w-1',
      runId: 'r-1',
      data: EVENT.data,
      dataText: JSON.stringify(EVENT.data),
    });
    expect(String(occurredAt)).toBe('2026-01-31T11:00:00.123456Z');
  });

  it.each(Object.keys(EVENT))('must have %s, and not as null', (field) => {
    expect(violationsOf({ [field]: undefined })).toEqual([field]);
    expect(violationsOf({ [field]: null })).toEqual([field]);
  });

  it.each<[string, readonly unknown[]]>([
    ['event_id', ['', ' ', 17, {}, 'a\0b', 'x'.repeat(201), '\ud800']],
    ['event_type', ['', 1, ['workflow.started']]],
    ['workflow_run_id', ['', 17]],
    ['timestamp', ['', 'now', '2026-02-30T00:00:00Z', 1_769_860_800]],
    ['data', ['', 'x', 1, [], [{}], true]],
  ])('refuses a bad %s', (field, values) => {
    for (const value of values) expect(violationsOf({ [field]: value })).toEqual([field]);
  });

  it('refuses a time in the year 0', () => {
    const event = plainToInstance(WorkflowEvent, { ...EVENT, timestamp: '0000-06-01T00:00:00Z' });
    expect(() => toRunEvent(event, Buffer.from('{}'))).toThrow(ContractViolationError);
  });
});
