import { encodeLine, readLines, type JournalLine } from './journal-line.js';

const record = { groupId: 'g "1"\n', topic: 't', partition: 3, offset: 2 ** 40, timestamp: -1 };
const LINES: readonly JournalLine[] = [
  { kind: 'started', flight: 17, record },
  { kind: 'ended', flight: 17 },
  { kind: 'suspected', crashesAlone: 2, record },
  { kind: 'cleared', record },
];

describe('the lines of a crash journal', () => {
  it('are read as they were written', () => {
    expect(readLines(LINES.map(encodeLine).join(''))).toEqual(LINES);
  });

  it('are read as far as they go when the last one was cut off anywhere', () => {
    const whole = encodeLine(LINES[0]!);
    const cut = encodeLine(LINES[2]!);
    for (let length = 0; length < cut.length - 1; length += 1) {
      expect(readLines(whole + cut.slice(0, length))).toEqual([LINES[0]]);
    }
  });

  it.each([
    'text',
    '+ 1',
    '+ 1 [',
    '+ x ["g","t",0,1,2]',
    '+ 1 ["g","t",0,1]',
    '+ 1 ["g","t",0,1,"2"]',
    '? 1 {}',
    '. null',
    '- ',
    '\u0000\u0000',
  ])('are passed over when they are damaged: %j', (damaged) => {
    expect(readLines(`${damaged}\n${encodeLine(LINES[1]!)}`)).toEqual([LINES[1]]);
  });
});
