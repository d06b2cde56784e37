import { Redis, readLua } from '@elvis/platform';
import fc from 'fast-check';
import { opened, startRedis } from '@elvis/testing';
import { ShareUse, isWithinShare, useAt } from '../domain/fair-share';

const LUA = `${readLua(__dirname, 'shares', {})}
local ask = cjson.decode(ARGV[1])
local uses = load_shares(KEYS[1], ask.index)
local own = uses[ask.sharer] or {used = 0, asked = 0, before = 0}
own.asked = own.asked + ask.cost
uses[ask.sharer] = own
local within = within_share(uses, ask.sharer, ask, ask.used)
if within then own.used = own.used + ask.cost end
save_share(KEYS[1], ask.sharer, ask.index, own, 10000)
return within and 1 or 0
`;
const NONE: ShareUse = { index: 0, used: 0, asked: 0, askedBefore: 0 };

describe('shares in Lua and in TypeScript', () => {
  const server = opened(() => startRedis());
  const redis = opened(() => new Redis({ host: server.host, port: server.port, password: server.password }));

  it('grant, remember and forget alike through any history', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            sharer: fc.constantFrom('a', 'b', 'c', 'd'),
            cost: fc.integer({ min: 1, max: 40 }),
            passes: fc.constantFrom(0, 0, 0, 0, 1, 2, 3),
          }),
          { minLength: 1, maxLength: 60 },
        ),
        fc.constantFrom(undefined, 20),
        async (asks, heldBack) => {
          await redis.flushall();
          let index = 1_000;
          let used = 0;
          const uses = new Map<string, ShareUse>();
          for (const { sharer, cost, passes } of asks) {
            index += passes;
            if (passes > 0) used = 0;
            const present = new Map(
              [...uses].flatMap(([name, use]) => {
                const now = useAt(use, index);
                return now ? [[name, now] as const] : [];
              }),
            );
            const before = present.get(sharer) ?? { ...NONE, index };
            const own = { ...before, asked: before.asked + cost };
            const others = [...present].filter(([name]) => name !== sharer).map(([, use]) => use);
            const charge = { limit: 100, cost, ...(heldBack !== undefined && { heldBack }) };
            const expected = isWithinShare(own, others, charge, used);
            const ask = JSON.stringify({ ...charge, sharer, index, used });
            expect(await redis.eval(LUA, 1, 'shares', ask)).toBe(expected ? 1 : 0);
            uses.set(sharer, { ...own, used: own.used + (expected ? cost : 0) });
            if (expected) used += cost;
            const stored = await redis.hgetall('shares');
            for (const [name, text] of Object.entries(stored)) {
              const use = uses.get(name);
              if (use) expect(text).toBe([use.index, use.used, use.asked, use.askedBefore].join(':'));
            }
          }
        },
      ),
      { numRuns: Number(process.env.FC_RUNS ?? 60) },
    );
  });
});
