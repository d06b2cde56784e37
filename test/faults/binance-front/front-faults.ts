/** What may come between an order through the front and its outcome: at the exchange, or to a part of Elvis. */
import { PartsSystem } from '../parts/parts-system';

export interface FrontFault {
  readonly name: string;
  readonly strike: (system: PartsSystem, delayMs: number) => Promise<void>;
}

const ORDER = { method: 'POST', path: '/fapi/v1/order', count: 1 };
/** How long the exchange keeps a new order from whoever asks for it. */
const LATE_MS = 1_500;

const atExchange = (name: string, rule: object, isLate = false): FrontFault => ({
  name: `${name}${isLate ? ', seen late' : ''}`,
  strike: async (system) => {
    if (isLate) await system.admin('POST', '/settings', { visibilityDelayMs: LATE_MS });
    await system.admin('POST', '/trouble', { ...ORDER, ...rule });
  },
});

const killed = (services: readonly string[], rule?: object): FrontFault => ({
  name: `${services.join(' and ')} killed${rule ? ' while the exchange is slow' : ''}`,
  strike: async (system, delayMs) => {
    if (rule) await system.admin('POST', '/trouble', { ...ORDER, ...rule });
    setTimeout(() => {
      for (const { pid } of system.stand.stack.services.filter(({ name }) => services.includes(name)))
        system.stand.signal(pid, 'SIGKILL');
    }, delayMs);
  },
});

const slow = { kind: 'slow-answer', delayMs: 700 };

export const FRONT_FAULTS: readonly FrontFault[] = [
  ...[false, true].flatMap((isLate) =>
    [true, false].map((executed) =>
      atExchange(
        `503 and ${executed ? 'done' : 'not done'}`,
        { kind: 'unknown-error', executed },
        isLate && executed,
      ),
    ),
  ),
  atExchange('cut before', { kind: 'drop-before' }),
  atExchange('cut after', { kind: 'drop-after' }),
  atExchange('cut after', { kind: 'drop-after' }, true),
  atExchange('half an answer', { kind: 'truncate' }),
  atExchange('no answer in time at the exchange', { kind: 'gateway-timeout' }),
  atExchange('no answer behind the exchange', { kind: 'backend-timeout' }, true),
  atExchange('an answer after the client has gone', { kind: 'slow-answer', delayMs: 6_000 }),
  killed(['execution']),
  killed(['execution'], slow),
  killed(['risk'], slow),
  killed(['binance-gateway']),
  killed(['binance-gateway'], slow),
  killed(['execution', 'binance-gateway'], { kind: 'drop-after' }),
];

/** Without a common divisor with the number of faults. */
const STRIDE = 7;
export const frontFaultOf = (seed: number): FrontFault =>
  FRONT_FAULTS[(seed * STRIDE) % FRONT_FAULTS.length] as FrontFault;
