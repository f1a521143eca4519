import { Refusal } from '../../config/index.js';
import { storageUrl } from './storage-address.js';

describe('the address of a storage', () => {
  it.each([
    ['file:///var/lib/raw-zone', '/var/lib/raw-zone'],
    ['file:///var/lib/raw-zone/', '/var/lib/raw-zone'],
    ['FILE:///with%20blank', '/with blank'],
    ['file:///', '/'],
  ])('%s is a folder', (text, path) => {
    expect(storageUrl().parse(text)).toEqual({ kind: 'file', path });
  });

  it.each(['', '/var/lib', 'file://host/share', 'http://a/b', 'file:///a?b', 'file:///a%2Fb'])(
    '%j is none',
    (text) => {
      expect(storageUrl().parse(text)).toBeInstanceOf(Refusal);
    },
  );
});
