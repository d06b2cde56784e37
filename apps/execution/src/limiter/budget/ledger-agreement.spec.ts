import { Redis } from '@elvis/platform';
import fc from 'fast-check';
import { opened, startRedis } from '@elvis/testing';
import { MeterCharge, MeterWindow, PRIORITIES, decide, windowAt } from '../domain/ledger';
import { settle } from '../domain/ledger-settlement';
import { limiterScript } from './limiter-scripts';

const CHOSEN_TIME = `
local function redis_ms() return tonumber(redis.call('GET', 'now')) end
`;
/** Redis' own clock is put out of a script, and the chosen one in its place. */
const atChosenTime = (name: 'decide' | 'settle'): string =>
  limiterScript(name).replace(/^local function redis_ms\(\)$[^]*?^end$/m, CHOSEN_TIME);
const FIXED = ['clock', 'ip', 'orders', 'lane', 'slots', 'switch', 'permit', 'exposure', 'grants'];
const METER_KEYS = ['meter:0', 'meter:1'];

const stepOf = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('ask' as const),
      priority: fc.constantFrom(...PRIORITIES),
      costs: fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 5 })),
      vanished: fc.integer({ min: 0, max: 3 }),
      heldBack: fc.constantFrom(undefined, 10, 50, 600),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('answer' as const),
      which: fc.nat(30),
      landed: fc.boolean(),
      others: fc.integer({ min: -40, max: 200 }),
      isRead: fc.boolean(),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      ms: fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 9_000 }), fc.constant(-2_000)),
    }),
  },
);

describe('the ledger in Lua and the ledger in TypeScript', () => {
  const server = opened(() => startRedis());
  const redis = opened(
    () => new Redis({ host: server.host, port: server.port, password: server.password, protocol: 2 }),
  );

  it('decide, charge and settle alike, to the last unit, through any history', async () => {
    const scripts = { decide: atChosenTime('decide'), settle: atChosenTime('settle') };
    await fc.assert(
      fc.asyncProperty(
        fc.array(stepOf, { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 0, max: 400 }),
        fc.integer({ min: 0, max: 15_000 }),
        fc.constantFrom([200, 60] as const, [2_400, 300] as const, [40, 1_200] as const),
        async (steps, errorMs, lifetimeMs, limits) => {
          await redis.flushall();
          let now = 1_700_000_000_123;
          let windows: (MeterWindow | undefined)[] = [undefined, undefined];
          const open: { index: number; cost: number; sentAt: number; header: number }[][] = [];
          for (const step of steps) {
            if (step.kind === 'wait') {
              now += step.ms;
              continue;
            }
            await redis.set('now', now);
            await redis.hset('clock', { thetaMs: 0, errorMs, runId: 'run', measuredAtMs: now });
            if (step.kind === 'ask') {
              await redis.hset('slots', { vanished: step.vanished, vanishedUntil: now + 1 });
              const charges: MeterCharge[] = [
                { limit: limits[0], windowMs: 6_000, cost: step.costs[0], heldBack: step.heldBack },
                { limit: limits[1], windowMs: 1_000, cost: step.costs[1] },
              ];
              const terms = {
                priority: step.priority,
                now,
                errorMs,
                lifetimeMs,
                reserveAheadMs: 800,
                vanished: step.vanished,
              };
              const expected = decide(windows, charges, terms);
              const request = {
                ...terms,
                meters: charges,
                runId: 'run',
                owner: 'me',
                arrivedAt: now,
                withinMs: -1,
                asked: 0,
                placement: false,
                pauseMs: 0,
                warnFraction: 1,
                memory: { ip: { endsAt: 0 }, orders: { endsAt: 0 } },
              };
              const reply = JSON.parse(
                (await redis.eval(
                  scripts.decide,
                  11,
                  ...FIXED,
                  ...METER_KEYS,
                  JSON.stringify(request),
                )) as string,
              );
              expect({ granted: reply.granted, waitMs: reply.waitMs }).toEqual({
                granted: expected.granted,
                waitMs: expected.waitMs,
              });
              if (!expected.granted) continue;
              open.push(
                expected.windows.map((window, place) => ({
                  index: window.index,
                  cost: charges[place]?.cost ?? 0,
                  sentAt: now + expected.waitMs,
                  header: windowAt(windows[place], charges[place] as MeterCharge, terms).header,
                })),
              );
              windows = [...expected.windows];
            } else {
              const [grant] = open.splice(step.which % Math.max(1, open.length), 1);
              if (!grant) continue;
              const settlements = grant.map((share, place) => ({
                windowMs: place === 0 ? 6_000 : 1_000,
                cost: share.cost,
                index: share.index,
                sentAt: share.sentAt,
                receivedAt: Math.max(now, share.sentAt),
                errorMs,
                lifetimeMs,
                landed: step.landed,
                used: step.isRead ? Math.max(0, (windows[place]?.reserved ?? 0) + step.others) : -1,
                headerAtGrant: share.header,
              }));
              const settled = settlements.map((settlement, place) =>
                settle(windowAt(windows[place], settlement, { now, lifetimeMs }), settlement),
              );
              const suspect = await redis.eval(
                scripts.settle,
                3,
                'clock',
                ...METER_KEYS,
                JSON.stringify({ runId: 'run', meters: settlements }),
              );
              expect(suspect).toBe(settled.some(({ isClockSuspect }) => isClockSuspect) ? 1 : 0);
              windows = settled.map(({ window }) => window);
            }
            for (const [place, window] of windows.entries()) {
              const stored = await redis.hgetall(METER_KEYS[place] as string);
              expect(
                Object.fromEntries(Object.entries(stored).map(([field, value]) => [field, Number(value)])),
              ).toEqual(window ?? {});
            }
          }
        },
      ),
      { numRuns: Number(process.env.FC_RUNS ?? 150) },
    );
  });
});
