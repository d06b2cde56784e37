/**
 * A bot on spot, on the paper exchange: it enters on a signal, stop and target rest as one list of the exchange, it exits, is
 * stopped in each mode, and is sold when the market jumps over its stop.
 */
import { Decimal } from '@elvis/trading';
import { RunningStack, startStack, until } from '@elvis/testing';

jest.setTimeout(600_000);
const WITHIN_MS = 120_000;
const SYMBOL = 'BTCUSDT';

interface State {
  readonly status: string;
  readonly reason: string;
  readonly inPosition: boolean;
  readonly quantity: string;
  readonly entryPrice: string | null;
  readonly protections: readonly { readonly kind: string; readonly clientOrderId: string }[];
  readonly stopId: string | null;
  readonly remainder: { readonly orders: readonly string[]; readonly position: string } | null;
  readonly fault: { readonly code: string } | null;
  readonly lastStep: { readonly reasons: readonly string[] } | null;
}

describe('a bot on spot', () => {
  let running: RunningStack;
  let bot = '';
  let secret = '';
  let signals = 0;

  const call = async <Body>(method: string, path: string, body?: object): Promise<Body> => {
    const { gatewayUrl, apiKey } = running.stack;
    const response = await fetch(`${gatewayUrl}/api/v1/${path}`, {
      method,
      headers: { 'X-API-Key': apiKey, ...(body && { 'Content-Type': 'application/json' }) },
      body: body && JSON.stringify(body),
    });
    const answer = (await response.json()) as Body;
    if (!response.ok) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
    return answer;
  };
  const state = () => call<State>('GET', `bot-states/${bot}`);
  const comesTo = async (what: string, isThere: (now: State) => boolean): Promise<State> => {
    let last: State | undefined;
    try {
      return await until(async () => isThere((last = await state())) && last, what, WITHIN_MS);
    } catch (error) {
      throw new Error(`${(error as Error).message}; the bot is ${JSON.stringify(last)}`);
    }
  };
  const begin = async (): Promise<void> => {
    await call('POST', `bots/${bot}/start`, {});
    await comesTo('the bot to run', ({ status }) => status === 'RUNNING');
  };
  const signal = async (action: string): Promise<void> => {
    const id = `spot-${(signals += 1)}`;
    await call('POST', `signals/${bot}`, { secret, id, action });
  };
  const enter = async (): Promise<State> => {
    await signal('LONG');
    return comesTo(
      'the holding with its list',
      ({ inPosition, protections }) => inPosition && protections.length === 2,
    );
  };
  /** What the exchange itself lists of the account. */
  const resting = async (): Promise<readonly string[]> => {
    const { items } = await call<{ items: { clientOrderId: string }[] }>(
      'GET',
      `orders?status=open&botConfigId=${bot}`,
    );
    return items.map(({ clientOrderId }) => clientOrderId).sort();
  };
  const stop = async (mode: string): Promise<State> => {
    const { stopId } = await call<{ stopId: string }>('POST', `bots/${bot}/stop`, { mode, reason: 'spec' });
    return comesTo(`STOPPED by ${mode}`, (now) => now.status === 'STOPPED' && now.stopId === stopId);
  };

  beforeAll(async () => {
    running = await startStack({ env: { RISK_DUPLICATE_WINDOW_MS: 'off' } });
    const config = {
      name: 'Spot',
      strategy: 'signal',
      market: 'spot',
      symbol: SYMBOL,
      initialCapital: '1000',
    };
    const made = await call<{ id: string }>('POST', 'bot-configs', {
      ...config,
      protections: { stopLoss: '0.05', takeProfit: '0.04' },
    });
    bot = made.id;
    ({ secret } = await call<{ secret: string }>('POST', `bot-configs/${bot}/signal-secret`));
    await begin();
  });
  afterAll(() => running?.stop());

  it('enters, has stop and target at the exchange as one list, and on its exit frees the coin and sells it', async () => {
    const { protections, quantity, entryPrice } = await enter();
    expect(protections.map(({ kind }) => kind).sort()).toEqual(['stop', 'target']);
    expect(await resting()).toEqual(protections.map(({ clientOrderId }) => clientOrderId).sort());
    expect(new Decimal(quantity).gt(0)).toBe(true);
    expect(entryPrice).not.toBeNull();
    await signal('EXIT');
    await comesTo('no holding', ({ inPosition, protections: left }) => !inPosition && left.length === 0);
    expect(await resting()).toEqual([]);
  });

  it('stopped by cancel or keep leaves the holding with its list, which the next run looks after', async () => {
    const { protections } = await enter();
    const ids = protections.map(({ clientOrderId }) => clientOrderId).sort();
    for (const mode of ['cancel', 'keep']) {
      const { remainder, inPosition } = await stop(mode);
      expect([inPosition, [...remainder!.orders].sort()]).toEqual([true, ids]);
      await begin();
      expect(await resting()).toEqual(ids);
    }
  });

  it('stopped by flatten sells the holding and leaves nothing', async () => {
    const { remainder, inPosition } = await stop('flatten');
    expect([inPosition, remainder]).toEqual([false, { orders: [], position: '0' }]);
    expect(await resting()).toEqual([]);
    await begin();
  });

  it('sells when the market jumps over its stop, and is FAULTED', async () => {
    const { entryPrice } = await enter();
    // Below the limit of the stop at once: it triggers, and nobody buys at its price.
    const by = new Decimal(entryPrice!).times('-0.08').toFixed(0);
    const moved = await fetch(`${running.stack.exchange.adminUrl}/price/move`, {
      method: 'POST',
      body: JSON.stringify({ market: 'spot', symbol: SYMBOL, by }),
    });
    expect(moved.ok).toBe(true);
    const { inPosition, fault } = await comesTo('FAULTED', ({ status }) => status === 'FAULTED');
    expect([inPosition, fault?.code]).toEqual([false, 'STOP_PASSED']);
    expect(await resting()).toEqual([]);
  });
});
