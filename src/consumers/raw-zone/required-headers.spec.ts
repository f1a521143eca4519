import { ContractViolationError, type RecordHeader } from '../../record/index.js';
import { requireHeaders } from './required-headers.js';

const headers: readonly RecordHeader[] = [
  ['event_id', Buffer.from('secret')],
  ['source', Buffer.alloc(0)],
  ['schema_version', null],
];

describe('the headers that a dataset requires', () => {
  it('let a record pass that has each of them with a value', () => {
    expect(() => requireHeaders(headers, ['event_id'])).not.toThrow();
    expect(() => requireHeaders([], [])).not.toThrow();
  });

  it('name what is absent, empty or null, and quote nothing', () => {
    const check = (): void =>
      requireHeaders(headers, ['event_id', 'source', 'schema_version', 'tenant']);
    expect(check).toThrow(ContractViolationError);
    expect(check).toThrow(/^missing headers: source, schema_version, tenant$/);
  });
});
