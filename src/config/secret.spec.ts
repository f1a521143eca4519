import { inspect } from 'node:util';
import { Secret } from './secret.js';

describe('Secret', () => {
  const secret = new Secret('hunter2');

  it('gives its value only when asked to reveal it', () => {
    expect(secret.reveal()).toBe('hunter2');
  });

  it('prints stars in templates, concatenation, JSON and inspection, also inside other objects', () => {
    const printed = [
      `${secret}`,
      '' + secret,
      JSON.stringify({ secret }),
      inspect({ deep: [secret] }, { showHidden: true, depth: null }),
      Object.values(secret).join(),
    ];
    expect(printed.join(' ')).not.toContain('hunter2');
    expect(printed[0]).toBe('***');
  });
});
