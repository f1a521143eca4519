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

  it.each([
    ['s3://zone', 'zone', [], undefined],
    ['s3://my-zone/raw/orders/', 'my-zone', ['raw', 'orders'], undefined],
    ['s3://zone/a%20b?endpoint=http://127.0.0.1:9000', 'zone', ['a b'], 'http://127.0.0.1:9000'],
  ])('%s is a bucket', (text, bucket, prefix, endpoint) => {
    expect(storageUrl().parse(text)).toEqual({ kind: 's3', bucket, prefix, endpoint });
  });

  it.each([
    '',
    '/var/lib',
    'file://host/share',
    'http://a/b',
    'file:///a?b',
    'file:///a%2Fb',
    's3://',
    's3://Zone_1/x',
    's3://user:secret@zone/x',
    's3://zone/x?region=eu',
    's3://zone/x?endpoint=ftp://a',
  ])('%j is none', (text) => {
    expect(storageUrl().parse(text)).toBeInstanceOf(Refusal);
  });
});
