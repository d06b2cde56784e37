/** What becomes of an order in a run, and how the system is brought to it. */
import { TRADING_PERMIT_KEY, placeOrder } from '@elvis/contracts';
import { PartsSystem } from './parts-system';
import { FlowName } from './planted-stops';

export interface Flow {
  /** Brings about what refuses the order; answers what ends that. */
  readonly hinder?: (system: PartsSystem) => Promise<() => Promise<unknown>>;
  readonly terms: (mark: number) => object;
  /** The request that the run is about, where the order rests before. */
  readonly change?: { readonly method: 'DELETE' | 'PUT'; readonly body?: object; readonly afterMs?: number };
}

const SYMBOL = 'BTCUSDT';
const market = (): object => ({ type: 'MARKET', quantity: '0.002' });
const limit = (thousandths: number) => (mark: number) => ({
  side: 'BUY',
  type: 'LIMIT',
  quantity: '0.004',
  price: ((mark * thousandths) / 1_000).toFixed(0),
});
const PERMIT_GONE_EVERY_MS = 2;
/** By then every replica has seen to the order's record, and looks at it no more before the next. */
const SEEN_AFTER_MS = 4_000;

export const FLOWS: Readonly<Record<FlowName, Flow>> = {
  filled: { terms: market },
  resting: { terms: limit(970) },
  canceled: { terms: limit(970), change: { method: 'DELETE' } },
  amended: {
    terms: limit(970),
    change: { method: 'PUT', body: { quantity: '0.008' }, afterMs: SEEN_AFTER_MS },
  },
  denied: { terms: limit(1_500) },
  withdrawn: { terms: limit(970), hinder: hideLeverage },
  released: { terms: limit(970), hinder: takePermit },
};

/** What leverage a symbol has at the exchange is asked again, and not answered. */
async function hideLeverage(system: PartsSystem): Promise<() => Promise<unknown>> {
  const path = '/fapi/v1/symbolConfig';
  await system.admin('POST', '/trouble', { kind: 'service-unavailable', method: 'GET', path });
  await system.store.hdel('ELVIS_LEVERAGE', SYMBOL);
  // Each replica has what it read last for a moment more.
  await new Promise((resolve) => setTimeout(resolve, 600));
  return () => system.admin('DELETE', '/trouble');
}

/** The permit goes when risk hands the order over, and is kept away. */
function takePermit(system: PartsSystem): Promise<() => Promise<unknown>> {
  let taking: NodeJS.Timeout | undefined;
  const take = (): Promise<unknown> => system.store.del(TRADING_PERMIT_KEY).catch(() => undefined);
  system.taps.nats.set({
    from: 'caller',
    pattern: new RegExp(`PUB ${placeOrder.subject} `),
    when: 'meanwhile',
    spring: async () => {
      taking = setInterval(() => void take(), PERMIT_GONE_EVERY_MS);
      await take();
    },
  });
  return Promise.resolve(() => {
    clearInterval(taking);
    return Promise.resolve();
  });
}
