/** What is done to a rehearsed system, one a seed: each is met once before any is met twice. */
import { setTimeout as pause } from 'node:timers/promises';
import { RehearsalSystem } from './rehearsal-system';

export interface Fault {
  readonly name: string;
  readonly kind: 'answers' | 'feed-loss' | 'clock' | 'restart' | 'halt';
  /** Begins it; what it answers ends it, and says what was wrong meanwhile. */
  readonly begin: (system: RehearsalSystem) => Promise<() => Promise<readonly string[]>>;
}

const LASTS_MS = 3_000;
const SILENT_MS = 5_000;
const SHIFT_MS = 2_500;
const BAN_MS = 3_000;
const HALTED_MS = 2_000;
const NOTHING: readonly string[] = [];

const ORDERS = { method: 'POST', path: '/fapi/v1/order' };
const ANSWERS: readonly (readonly [name: string, rule: object])[] = [
  ['an order whose request is lost', { kind: 'drop-before', count: 1, ...ORDERS }],
  ['an order whose answer is lost', { kind: 'drop-after', count: 1, ...ORDERS }],
  ['an answer that is cut short', { kind: 'truncate', count: 1, ...ORDERS }],
  ['503, and the order may have been placed', { kind: 'unknown-error', count: 2, ...ORDERS }],
  ['503, and no order was placed', { kind: 'service-unavailable', count: 2, ...ORDERS }],
  ['429, too many requests', { kind: 'too-many-requests', count: 1, ...ORDERS }],
  ['418, the address is banned for 3 s', { kind: 'ban', count: 1, durationMs: BAN_MS }],
  ['an answer after 1.5 s', { kind: 'slow-answer', count: 1, delayMs: 1_500, ...ORDERS }],
  ['account events that are lost', { kind: 'event-lost', count: 4 }],
  ['account events that come twice', { kind: 'event-twice', count: 4 }],
];
const SERVICES = ['gateway', 'risk', 'execution', 'trade-history', 'market-data', 'bots'] as const;

export const FAULTS: readonly Fault[] = [
  ...ANSWERS.map(([name, rule]): Fault => ({
    name,
    kind: 'answers',
    begin: async (system) => {
      await system.admin('POST', 'trouble', rule);
      return async () => {
        await pause(LASTS_MS);
        await system.admin('DELETE', 'trouble');
        return NOTHING;
      };
    },
  })),
  ...SERVICES.map((service): Fault => ({
    name: `${service} is killed`,
    kind: 'restart',
    begin: (system) => {
      system.kill(service);
      return Promise.resolve(() => Promise.resolve(NOTHING));
    },
  })),
  {
    name: 'the market streams are silent for 5 s',
    kind: 'feed-loss',
    begin: async (system) => {
      await system.admin('POST', 'streams/silence', { durationMs: SILENT_MS });
      return async () => {
        await pause(SILENT_MS);
        return NOTHING;
      };
    },
  },
  {
    name: 'every stream is cut',
    kind: 'feed-loss',
    begin: async (system) => {
      await system.admin('POST', 'streams/disconnect', { which: 'all' });
      return () => Promise.resolve(NOTHING);
    },
  },
  ...[SHIFT_MS, -SHIFT_MS].map((shiftMs): Fault => ({
    name: `the clock of the exchange is ${shiftMs > 0 ? 'ahead' : 'behind'} by 2.5 s`,
    kind: 'clock',
    begin: async (system) => {
      await system.admin('POST', 'clock', { shiftMs });
      return async () => {
        await pause(LASTS_MS);
        await system.admin('POST', 'clock', { shiftMs: 0 });
        return NOTHING;
      };
    },
  })),
  { name: 'all trading is halted', kind: 'halt', begin: halt },
];

/** In the order of seeds. */
export const faultOf = (seed: number): Fault => FAULTS[(seed * STRIDE) % FAULTS.length]!;
/** Without a common divisor with the number of faults. */
const STRIDE = 8;

async function halt(system: RehearsalSystem): Promise<() => Promise<readonly string[]>> {
  await system.wanted('POST', 'emergency_stop', { reason: 'a rehearsal' });
  await system.until('the stop is verified', async () => {
    const { body } = await system.call('GET', 'emergency_stop/status');
    return (body as { readonly phase?: string } | null)?.phase === 'VERIFIED_ZERO';
  });
  await system.admin('POST', 'mark');
  return async () => {
    await pause(HALTED_MS);
    const { sinceMark } = await system.admin<{ sinceMark: { ordersAccepted: number } }>('GET', 'report');
    const { ordersAccepted } = sinceMark;
    return ordersAccepted === 0 ? NOTHING : [`the exchange took ${ordersAccepted} orders in a halt`];
  };
}
