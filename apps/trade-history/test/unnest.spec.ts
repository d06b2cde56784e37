import fc from 'fast-check';
import { Client } from 'pg';
import { opened, startPostgres } from '@elvis/testing';
import { textArray } from '../src/database/unnest';

describe('a binary array of texts', () => {
  const postgres = opened(() => startPostgres());
  const client = opened(() => new Client({ connectionString: postgres.url }));

  beforeAll(async () => {
    await client.connect();
  });

  const throughDatabase = async (values: readonly unknown[]): Promise<unknown[]> =>
    (await client.query<{ back: unknown[] }>('SELECT $1::text[] AS back', [textArray(values)])).rows[0]
      ?.back ?? [];

  it('is read by the database as it was meant, whatever the texts are', async () => {
    const text = fc.string({ unit: 'grapheme' }).filter((value) => !value.includes('\0'));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.option(text, { nil: null }), { maxLength: 20 }), async (values) => {
        expect(await throughDatabase(values)).toEqual(values);
      }),
    );
  });

  it('writes numbers, truth values and bytes so that a cast reads them', async () => {
    expect(await throughDatabase([12, true, Buffer.from([1, 255]), undefined])).toEqual([
      '12',
      'true',
      '\\x01ff',
      null,
    ]);
  });

  it('may be empty', async () => {
    expect(await throughDatabase([])).toEqual([]);
  });
});
