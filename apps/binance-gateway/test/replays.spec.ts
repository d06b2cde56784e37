/** A signed write is carried out once, whichever replica it comes to and however often. */
import { Redis, connectRedis } from '@elvis/platform';
import { opened, startRedis, until } from '@elvis/testing';
import { FrontRefusal } from '../src/words/front-refusal';
import { GivenAnswer, Replays } from '../src/replay/replays';

const write = { keyId: 'a-key', signature: 'f00d', countsForMs: 5_000, isNamed: false };
const answer = (body: string): GivenAnswer => ({ status: 200, body, headers: {} });

describe('repeats of a signed write', () => {
  const server = opened(() => startRedis());
  const connections: Redis[] = [];
  const replica = (): Replays => {
    const redis = connectRedis({
      REDIS_HOST: server.host,
      REDIS_PORT: server.port,
      REDIS_PASSWORD: server.password,
      REDIS_DB: 0,
    } as Parameters<typeof connectRedis>[0]);
    redis.on('error', () => undefined);
    connections.push(redis);
    return new Replays(redis);
  };
  const ready = () => until(() => connections.every(({ status }) => status === 'ready'));
  afterAll(() => connections.forEach((redis) => redis.disconnect()));

  it('get the answer of the first, a hundred at once over two replicas', async () => {
    const replicas = [replica(), replica()];
    await ready();
    let carriedOut = 0;
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, place) =>
        replicas[place % 2]!.once(write, () => {
          carriedOut += 1;
          return Promise.resolve(answer(`{"orderId":${carriedOut}}`));
        }),
      ),
    );
    expect(carriedOut).toBe(1);
    expect(new Set(answers.map(({ body }) => body))).toEqual(new Set(['{"orderId":1}']));
  });

  it('are other writes where the key or the signature is another', async () => {
    const replays = replica();
    await ready();
    for (const other of [
      { ...write, signature: 'beef' },
      { ...write, keyId: 'another' },
    ])
      expect(await replays.once(other, () => Promise.resolve(answer('new')))).toEqual(answer('new'));
  });

  it('are refused without Redis unless they name their order', async () => {
    const replays = replica();
    await ready();
    connections.pop()!.disconnect();
    const carryOut = () => Promise.resolve(answer('placed'));
    await expect(replays.once({ ...write, signature: 'cafe' }, carryOut)).rejects.toThrow(FrontRefusal);
    expect(await replays.once({ ...write, signature: 'cafe', isNamed: true }, carryOut)).toEqual(
      answer('placed'),
    );
  });
});
