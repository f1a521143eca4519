import { tableLines } from './table.js';

describe('a table', () => {
  it('aligns texts to the left and numbers to the right', () => {
    expect(
      tableLines(
        ['reason', 'open', 'oldest'],
        [
          ['validation', 12, '3h'],
          ['exhausted', 7, '-'],
        ],
      ),
    ).toEqual(['reason      open  oldest', 'validation    12  3h', 'exhausted      7  -']);
  });

  it('lets no cell break out of its line or steer the terminal', () => {
    const [, line] = tableLines(['message'], [['a\n\u001b[31mb']]);
    expect(line).toBe('a [31mb');
  });

  it('is its head alone without rows', () => {
    expect(tableLines(['a', 'b'], [])).toEqual(['a  b']);
  });
});
