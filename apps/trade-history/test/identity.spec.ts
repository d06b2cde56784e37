import { createAccessKey, createUser } from '@elvis/contracts';
import { opened, until } from '@elvis/testing';
import { createHash } from 'node:crypto';
import { History } from './harness';

describe('users and keys', () => {
  const history = opened(() => History.start());

  it('give no key to a user who is disabled while it is made', async () => {
    const { id: userId } = await history.bus.request(createUser, {
      email: 'ann@desk.example',
      passwordHash: '$argon2id$a-hash',
    });
    const owner = await history.pool.connect();
    try {
      await owner.query('BEGIN');
      await owner.query('UPDATE users SET disabled_at = now() WHERE id = $1', [userId]);
      const key = {
        name: 'bot',
        keyHash: createHash('sha256').update('a key').digest('hex'),
        scopes: ['read' as const],
        userId,
      };
      const made = history.bus.request(createAccessKey, key).then(
        () => 'a key',
        ({ code }: { code?: string }) => code,
      );
      await until(async () => (await history.count('pg_locks WHERE NOT granted')) > 0, 'it waits', 2_000);
      await owner.query('COMMIT');
      expect(await made).toBe('USER_NOT_FOUND');
    } finally {
      owner.release(true);
    }
    expect(await history.count('access_keys WHERE user_id = $1', [userId])).toBe(0);
  });
});
