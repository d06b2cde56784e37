import { LIMITS_BUCKET } from '@elvis/contracts';
import { opened, startNats } from '@elvis/testing';
import { connectNats } from '../bus/nats-connection';
import { CasRecord } from './cas-record';

interface Counter {
  readonly count: number;
}
const isCounter = (stored: unknown): stored is Counter =>
  Number.isInteger((stored as Partial<Counter> | null)?.count);

describe('a record that is changed by compare-and-set', () => {
  const server = opened(() => startNats());
  const nats = opened(() => connectNats(server.urls.risk, 'cas-record-spec'));
  let count = 0;

  const recordAt = (key: string, bucket = LIMITS_BUCKET): CasRecord<Counter> =>
    new CasRecord(nats, { bucket, key, name: 'The counter', isValue: isCounter });
  const fresh = (): CasRecord<Counter> => recordAt(`spec.${(count += 1)}`);

  it('has revision 0 and no value before the first write', async () => {
    expect(await fresh().read()).toEqual({ revision: 0 });
  });

  it('is read as it was written, under the revision that the next writer must name', async () => {
    const record = fresh();
    const revision = await record.write({ count: 1 }, 0);
    expect(await record.read()).toEqual({ revision, value: { count: 1 } });
    expect(await record.write({ count: 2 }, revision ?? NaN)).toBeGreaterThan(revision ?? NaN);
    expect((await record.read()).value).toEqual({ count: 2 });
  });

  it('is changed by one of two writers that have read the same', async () => {
    const record = fresh();
    const revision = (await record.write({ count: 1 }, 0)) ?? NaN;
    const written = await Promise.all([
      record.write({ count: 2 }, revision),
      record.write({ count: 3 }, revision),
    ]);
    expect(written.filter((each) => each === undefined)).toHaveLength(1);
    expect(await record.write({ count: 4 }, 0)).toBeUndefined();
  });

  it.each(['', '{', 'null', '{"count":"1"}'])(
    'has no value, but a revision, where %j is stored',
    async (text) => {
      const key = `spec.${(count += 1)}`;
      const { seq } = await nats.jetstream().publish(`$KV.${LIMITS_BUCKET}.${key}`, text);
      expect(await recordAt(key).read()).toEqual({ revision: seq });
      expect(await recordAt(key).write({ count: 1 }, seq)).toBeGreaterThan(seq);
    },
  );

  it('fails with STORE_UNAVAILABLE where its bucket is missing or the bus is closed', async () => {
    const failure = {
      code: 'STORE_UNAVAILABLE',
      message: expect.stringMatching(/^The counter /) as string,
      retryAfterMs: 1_000,
    };
    await expect(recordAt('spec.x', 'MISSING').read()).rejects.toMatchObject(failure);
    await expect(recordAt('spec.x', 'MISSING').write({ count: 1 }, 0)).rejects.toMatchObject(failure);
    const closed = await connectNats(server.urls.risk, 'cas-record-spec-closed');
    const record = new CasRecord(closed, {
      bucket: LIMITS_BUCKET,
      key: 'spec.x',
      name: 'The counter',
      isValue: isCounter,
    });
    await closed.close();
    await expect(record.read()).rejects.toMatchObject(failure);
    await expect(record.write({ count: 1 }, 0)).rejects.toMatchObject(failure);
  });
});
