import { S3ObjectStore, type S3Address } from '../../src/connections/object-storage/index.js';
import { FakeS3 } from '../support/fake-s3.js';
import { objectStoreContract } from './object-store.contract.js';

describe('objects in a bucket', () => {
  const before = { ...process.env };
  let service: FakeS3;
  let address: S3Address;

  beforeAll(() => {
    process.env['AWS_REGION'] = 'eu-central-1';
    process.env['AWS_ACCESS_KEY_ID'] = 'nobody';
    process.env['AWS_SECRET_ACCESS_KEY'] = 'nothing';
  });

  afterAll(() => {
    process.env = before;
  });

  beforeEach(async () => {
    service = await FakeS3.start('zone');
    address = { kind: 's3', bucket: 'zone', prefix: ['raw', 'a'], endpoint: service.url };
  });

  afterEach(() => service.stop());

  objectStoreContract(async () => ({
    store: await S3ObjectStore.open(address),
    another: await S3ObjectStore.open(address),
  }));

  it('puts its prefix in front of every name', async () => {
    const store = await S3ObjectStore.open(address);
    await store.create('t/x', Buffer.from('x'));
    expect([...service.objects.keys()]).toEqual(['raw/a/t/x']);
  });

  it('asks again while two creations of one name are in each other’s way', async () => {
    const store = await S3ObjectStore.open(address);
    service.conflicts = 3;
    expect(await store.create('t/x', Buffer.from('x'))).toBe('created');
  });

  it('says as an unavailable dependency what the service refuses, with the bucket and no more', async () => {
    const store = await S3ObjectStore.open({ ...address, bucket: 'other' });
    for (const work of [store.create('t/a', Buffer.from('x')), store.read('t/a'), store.ping()]) {
      await expect(work).rejects.toMatchObject({
        code: 'DEPENDENCY_UNAVAILABLE',
        dependency: 'object-storage',
        message: expect.stringMatching(/^the bucket other: \w+$/),
      });
    }
  });

  it('answers no ping when nobody is there', async () => {
    const store = await S3ObjectStore.open({ ...address, endpoint: 'http://127.0.0.1:1' });
    await expect(store.ping()).rejects.toMatchObject({ dependency: 'object-storage' });
  });
});
