/** How a drill makes the system stop by itself: each brings about the condition, and says what ends it. */
import { holdPosition } from '@elvis/testing';
import { Stand } from '../faults/kill-switch/stand';
import { Way } from './way';

/** Conditions that hold within seconds, so that a drill does not take an afternoon. */
export const DRILL_HALTS = {
  HALT_ON_STALE_MARKET_MS: '5000',
  HALT_ON_UNKNOWN_AGE_MS: '3000',
  HALT_ON_BAN: '1000',
  HALT_ON_RECONCILE_DIFF: '50',
} as const;

const COMPARED_WITHIN_MS = 75_000;
const REPEATS = 25;

const limit = async (stand: Stand, name: string, value: string): Promise<() => unknown> => {
  await stand.call('PUT', '/api/v1/risk/limits', { limits: { [name]: value } });
  return () => stand.call('PUT', '/api/v1/risk/limits', { limits: { [name]: null } });
};

const inject = async (stand: Stand, ...rules: readonly object[]): Promise<() => unknown> => {
  for (const rule of rules) await stand.admin('POST', '/trouble', rule);
  return () => stand.admin('DELETE', '/trouble');
};

export const AUTOMATIC_WAYS: readonly Way[] = [
  {
    name: 'daily loss',
    automatic: 'daily-loss',
    pull: (stand) => limit(stand, 'RISK_MAX_DAILY_LOSS', '0.01'),
  },
  {
    name: 'drawdown',
    automatic: 'drawdown',
    pull: (stand) => limit(stand, 'RISK_MAX_DRAWDOWN', '0.01'),
  },
  {
    name: 'rejects one after another',
    automatic: 'consecutive-rejects',
    pull: async (stand) => {
      const restored = await limit(stand, 'RISK_MAX_CONSECUTIVE_REJECTS', '3');
      const ended = await inject(stand, { kind: 'overloaded', method: 'POST', path: '/fapi/v1/order' });
      return async () => {
        await ended();
        await restored();
      };
    },
  },
  {
    name: 'the same order again and again',
    automatic: 'repeated-orders',
    pull: async (stand) => {
      const restored = await limit(stand, 'RISK_DUPLICATE_WINDOW_MS', '60000');
      const order = stand.restingOrder();
      for (let repeat = 0; repeat < REPEATS; repeat += 1) {
        const clientOrderId = `drill-${process.pid}-${Date.now()}-${repeat}`;
        await stand.call('POST', '/api/v1/orders', { ...order, clientOrderId });
      }
      return restored;
    },
  },
  {
    name: 'a silent market',
    automatic: 'stale-market',
    pull: (stand) => {
      const pids = stand.pids('market-data');
      for (const pid of pids) stand.signal(pid, 'SIGSTOP');
      return Promise.resolve(() => pids.forEach((pid) => stand.signal(pid, 'SIGCONT')));
    },
  },
  {
    name: 'a ban by the exchange',
    automatic: 'exchange-ban',
    pull: (stand) => inject(stand, { kind: 'ban', count: 1, durationMs: 4_000 }),
  },
  {
    name: 'an order of unknown fate',
    automatic: 'unknown-order',
    pull: (stand) =>
      inject(
        stand,
        { kind: 'drop-after', method: 'POST', path: '/fapi/v1/order', count: 1 },
        { kind: 'service-unavailable', method: 'GET', path: '/fapi/v1/order' },
        { kind: 'event-lost', event: 'ORDER_TRADE_UPDATE' },
      ),
  },
  {
    name: 'books that differ from the exchange',
    automatic: 'reconcile',
    withinMs: COMPARED_WITHIN_MS,
    fractionResting: 1,
    pull: async (stand) => {
      await stand.redis((redis) => holdPosition(redis, 'BTCUSDT', '7'));
      return () => undefined;
    },
  },
];
