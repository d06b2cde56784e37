/**
 * Spot and conditional orders over REST, on the paper exchange: placed, filled, refused with each reason of their own, and
 * stopped.
 */
import { Decimal } from '@elvis/trading';
import { RunningStack, startStack, until } from '@elvis/testing';

const LIMIT_MS = 300_000;
const WITHIN_MS = 60_000;
jest.setTimeout(LIMIT_MS);

const SYMBOL = 'BTCUSDT';
const QUANTITY = '0.001';

interface Answer {
  readonly status: number;
  readonly body: {
    readonly clientOrderId: string;
    readonly status: string;
    readonly code?: string;
    readonly filledQuantity?: string;
    readonly market?: string;
    readonly context?: Readonly<Record<string, string>>;
  };
}

describe('over REST', () => {
  let running: RunningStack;
  let ids = 0;

  beforeAll(async () => {
    running = await startStack({ env: { RISK_DUPLICATE_WINDOW_MS: 'off' } });
    await until(async () => (await order({ type: 'MARKET' })).body.status === 'FILLED', 'spot', WITHIN_MS);
  });
  afterAll(() => running?.stop());

  async function call(method: string, path: string, body?: object): Promise<Answer> {
    const { gatewayUrl, apiKey } = running.stack;
    const response = await fetch(`${gatewayUrl}${path}`, {
      method,
      headers: { 'X-API-Key': apiKey, ...(body && { 'Content-Type': 'application/json' }) },
      body: body && JSON.stringify(body),
    });
    return { status: response.status, body: (await response.json()) as Answer['body'] };
  }

  /** A 503 has used nothing up: on a busy machine the same order is sent again. */
  async function order(content: object): Promise<Answer> {
    const wish = {
      ...{
        clientOrderId: `kind-${(ids += 1)}`,
        market: 'spot',
        symbol: SYMBOL,
        side: 'BUY',
        quantity: QUANTITY,
      },
      ...content,
    };
    let answer: Answer | undefined;
    await until(
      async () => (answer = await call('POST', '/api/v1/orders', wish)).status !== 503,
      'an answer to the order',
      WITHIN_MS,
    );
    return answer as Answer;
  }
  const cancel = ({ body }: Answer): Promise<Answer> =>
    call('DELETE', `/api/v1/orders/${body.clientOrderId}`);
  const statusOf = async ({ body }: Answer): Promise<string> =>
    (await call('GET', `/api/v1/orders/${body.clientOrderId}`)).body.status;
  const comesTo = async (answer: Answer, status: string): Promise<void> => {
    // A refusal is final: nobody waits for it.
    expect({ status: answer.status, code: answer.body.code }).not.toMatchObject({ status: 422 });
    await until(async () => (await statusOf(answer)) === status, `the order to be ${status}`, WITHIN_MS);
  };
  const rests = (answer: Answer): Promise<void> => comesTo(answer, 'NEW');
  const filled = (answer: Answer): Promise<void> => comesTo(answer, 'FILLED');
  const admin = async (method: string, path: string, body?: object): Promise<void> => {
    const answer = await fetch(`${running.stack.exchange.adminUrl}${path}`, {
      method,
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(await answer.text());
  };

  /** So many parts in a thousand of what the market asks, on the tick. */
  async function priceAt(thousandths: number, api: '/api/v3' | '/fapi/v1' = '/api/v3'): Promise<string> {
    const url = `${running.stack.exchange.restUrl}${api}/ticker/bookTicker?symbol=${SYMBOL}`;
    const { askPrice } = (await (await fetch(url)).json()) as { askPrice: string };
    return new Decimal(askPrice).times(thousandths).div(1_000).toDecimalPlaces(0).toFixed();
  }

  describe('spot', () => {
    it.each(['BUY', 'SELL'] as const)('a MARKET order is filled at once: %s', async (side) => {
      const answer = await order({ side, type: 'MARKET' });
      expect(answer.body).toMatchObject({ market: 'spot', side });
      await filled(answer);
    });

    it('what was bought can be sold at once, less the fee that was taken out of it', async () => {
      await filled(await order({ type: 'MARKET', quantity: '0.01' }));
      await filled(
        await order({ side: 'SELL', type: 'LIMIT', quantity: '0.00999', price: await priceAt(990) }),
      );
    });

    it.each([
      ['LIMIT', { type: 'LIMIT' }, 970, 1_030],
      ['LIMIT_MAKER', { type: 'LIMIT_MAKER' }, 970, 1_030],
    ] as const)('a %s rests on both sides and is canceled', async (_type, content, low, high) => {
      const buy = await order({ ...content, price: await priceAt(low) });
      const sell = await order({ ...content, side: 'SELL', price: await priceAt(high), quantity: '0.0005' });
      for (const answer of [buy, sell]) {
        await rests(answer);
        await cancel(answer);
        await comesTo(answer, 'CANCELED');
      }
    });

    it('what rests is held back at once, and free again when it is canceled', async () => {
      const price = await priceAt(960);
      const most = new Decimal('5800').div(price).toDecimalPlaces(5, Decimal.ROUND_DOWN).toFixed();
      const first = await order({ type: 'LIMIT', price, quantity: most });
      await rests(first);
      expect(await order({ type: 'LIMIT', price, quantity: most })).toMatchObject({
        status: 422,
        body: { code: 'FUNDS_INSUFFICIENT', context: { symbol: SYMBOL, side: 'BUY' } },
      });
      await cancel(first);
      await comesTo(first, 'CANCELED');
      const again = (): Promise<Answer> => order({ type: 'LIMIT', price, quantity: most });
      await until(async () => (await again()).status !== 422, 'the funds to be free again', WITHIN_MS);
      await call('DELETE', `/api/v1/orders?symbol=${SYMBOL}`);
    });

    it.each([
      ['more than is held', { side: 'SELL', type: 'MARKET', quantity: '0.05' }, 'FUNDS_INSUFFICIENT'],
      ['a reduce-only order', { side: 'SELL', type: 'MARKET', reduceOnly: true }, 'ORDER_TYPE_UNSUPPORTED'],
      ['a type of futures', { type: 'STOP_MARKET', stopPrice: '900000' }, 'ORDER_TYPE_UNSUPPORTED'],
      ['a stop that was passed', { type: 'STOP_LOSS_LIMIT', at: 990 }, 'TRIGGER_WRONG_SIDE'],
      ['a price far away', { type: 'LIMIT', at: 900 }, 'PRICE_OUTSIDE_COLLAR'],
      ['a tiny order', { type: 'MARKET', quantity: '0.00001' }, 'NOTIONAL_BELOW_MINIMUM'],
    ])(
      'is refused: %s',
      async (_what, { at, ...content }: { at?: number } & Record<string, unknown>, code) => {
        const refusal = async (): Promise<string | undefined> => {
          const price = at === undefined ? undefined : await priceAt(at);
          const stops = content.type === 'STOP_LOSS_LIMIT' && { stopPrice: price };
          return (await order({ ...content, ...(price !== undefined && { price }), ...stops })).body.code;
        };
        await until(async () => (await refusal()) === code, `the refusal ${code}`, WITHIN_MS);
      },
    );

    it('while only reducing is allowed it sells and does not buy', async () => {
      const scope = { type: 'symbol', value: SYMBOL };
      await call('PUT', '/api/v1/trading-state', { scope, state: 'REDUCING', reason: 'spec' });
      expect((await order({ type: 'MARKET' })).body.code).toBe('STATE_REDUCING');
      await filled(await order({ side: 'SELL', type: 'MARKET', quantity: '0.0005' }));
      await call('PUT', '/api/v1/trading-state', { scope, state: 'ACTIVE', reason: 'spec' });
      await until(async () => (await order({ type: 'MARKET' })).status === 201, 'a buy to pass', WITHIN_MS);
    });

    it('a stop-limit waits, wakes when the market comes, and is filled: bought and sold', async () => {
      const by = new Decimal(await priceAt(20)).toDecimalPlaces(0).toFixed();
      const up = await order({
        ...{ type: 'STOP_LOSS_LIMIT', timeInForce: 'GTC' },
        ...{ stopPrice: await priceAt(1_010), price: await priceAt(1_040) },
      });
      const profit = await order({
        ...{ type: 'TAKE_PROFIT_LIMIT', timeInForce: 'GTC', side: 'SELL', quantity: '0.0005' },
        ...{ stopPrice: await priceAt(1_010), price: await priceAt(990) },
      });
      await Promise.all([rests(up), rests(profit)]);
      await admin('POST', '/price/move', { market: 'spot', symbol: SYMBOL, by });
      await Promise.all([filled(up), filled(profit)]);
      // Risk's book is a moment old: it judges by the new price as soon as it has seen it.
      let down: Answer | undefined;
      await until(
        async () => {
          down = await order({
            ...{ type: 'STOP_LOSS_LIMIT', timeInForce: 'GTC', side: 'SELL', quantity: '0.0005' },
            ...{ stopPrice: await priceAt(990), price: await priceAt(960) },
          });
          return down.status === 201;
        },
        'the stop to rest at the new price',
        WITHIN_MS,
      );
      await rests(down as Answer);
      await admin('POST', '/price/move', { market: 'spot', symbol: SYMBOL, by: `-${by}` });
      await filled(down as Answer);
    });
  });

  describe('conditional orders', () => {
    const onFutures = (content: object): Promise<Answer> =>
      order({ market: 'futures', quantity: '0.005', ...content });

    it.each([
      ['STOP', 1_010, { at: 1_011 }],
      ['STOP_MARKET', 1_010, {}],
      ['TAKE_PROFIT', 990, { at: 990 }],
      ['TAKE_PROFIT_MARKET', 990, {}],
      ['TRAILING_STOP_MARKET', 990, { callbackRate: '1' }],
    ] as const)(
      'a %s waits and is canceled; beyond the market it is refused',
      async (type, trigger, more) => {
        const { at, ...content } = { at: undefined, ...more };
        const price = at === undefined ? {} : { price: await priceAt(at, '/fapi/v1') };
        const waiting = await onFutures({
          type,
          stopPrice: await priceAt(trigger, '/fapi/v1'),
          ...price,
          ...content,
        });
        await rests(waiting);
        await cancel(waiting);
        await comesTo(waiting, 'CANCELED');
        const passed = await priceAt(2_000 - trigger, '/fapi/v1');
        const wrong = await onFutures({
          type,
          stopPrice: passed,
          ...(at !== undefined && { price: passed }),
          ...content,
        });
        expect(wrong).toMatchObject({ status: 422, body: { code: 'TRIGGER_WRONG_SIDE' } });
      },
    );

    it('one that closes the position needs one', async () => {
      const closing = async (): Promise<Answer> =>
        onFutures({
          ...{ side: 'SELL', type: 'STOP_MARKET', closePosition: true },
          stopPrice: await priceAt(970, '/fapi/v1'),
        });
      expect((await closing()).body.code).toBe('REDUCE_ONLY_NOT_REDUCING');
      await filled(await onFutures({ type: 'MARKET' }));
      await until(async () => (await closing()).status === 201, 'it to rest', WITHIN_MS);
      await call('DELETE', `/api/v1/orders?symbol=${SYMBOL}`);
      await filled(await onFutures({ side: 'SELL', type: 'MARKET', reduceOnly: true }));
    });
  });

  it('a stop cancels what rests on spot and lets nothing new pass, until it is cleared', async () => {
    const limit = await order({ type: 'LIMIT', price: await priceAt(970) });
    const stop = await order({
      ...{ type: 'STOP_LOSS_LIMIT', timeInForce: 'GTC' },
      ...{ stopPrice: await priceAt(1_030), price: await priceAt(1_040) },
    });
    await Promise.all([rests(limit), rests(stop)]);
    expect((await call('POST', '/emergency_stop', { reason: 'spec' })).status).toBe(200);
    for (const answer of [limit, stop]) await comesTo(answer, 'CANCELED');
    for (const side of ['BUY', 'SELL']) {
      const refused = await order({ side, type: 'MARKET' });
      expect({ status: refused.status, code: refused.body.code }).toEqual({
        status: 422,
        code: 'STATE_HALTED',
      });
    }
    const isCleared = async (): Promise<boolean> =>
      (await call('DELETE', '/emergency_stop', { reason: 'spec' })).status === 200;
    await until(isCleared, 'the book to be verified empty, and the stop cleared', WITHIN_MS);
    await filled(await order({ type: 'MARKET' }));
  });
});
