/** What waits for its trigger counts like what rests, from its reservation on and until it is gone. On a real Redis. */
import { checkedOrder, ExposureLimits, Facts, checkExposure, worstNotional } from '@elvis/rules';
import { Decimal, OrderContent, TradingState, ZERO } from '@elvis/trading';
import { randomUUID } from 'node:crypto';
import { dropReservation, holdPosition, opened } from '@elvis/testing';
import { ReservationStores } from './reservation-stores';

const d = (text: string): Decimal => new Decimal(text);
const FACTS: Facts = {
  nowMs: 0,
  state: { state: 'ACTIVE' },
  isSymbolTraded: true,
  mark: { price: d('60000'), ageMs: 200 },
  leverage: 3,
  isLeverageOverridden: false,
};
const MARKS = { 'futures:BTCUSDT': [60_000, 3] } as const;
const STOP = { type: 'STOP_MARKET', stopPrice: '66000', price: undefined } as const;

describe('an order that waits for its trigger', () => {
  const fleet = opened(() => ReservationStores.start(1));
  let counter = 0;

  beforeEach(() => fleet.reset());

  const contentOf = (change: Partial<OrderContent>): OrderContent => ({
    ...{ clientOrderId: `c-${(counter += 1)}`, market: 'futures', symbol: 'BTCUSDT', side: 'BUY' },
    ...{ type: 'LIMIT', quantity: '0.01', price: '60000' },
    ...change,
  });

  /** As risk reserves it; the script and the pure rules say the same. */
  async function codeOf(
    content: OrderContent,
    limits: ExposureLimits = {},
    state: TradingState = 'ACTIVE',
  ): Promise<string> {
    const order = checkedOrder(content);
    const reply = await fleet.stores[0]!.reserve({
      ...{
        content,
        actor: 'bot',
        approvalId: randomUUID(),
        isReduceOnly: order.isReduceOnly,
        state,
        epoch: 7,
      },
      ...{ notional: worstNotional(order, FACTS) ?? ZERO, limits, marks: MARKS },
    });
    if (reply.kind === 'reserved') return 'reserved';
    if (reply.kind !== 'refused') return reply.kind;
    expect(checkExposure(order, state, reply.figures, limits).approved).toBe(false);
    return reply.code;
  }

  const hold = (quantity: string) => holdPosition(fleet.redis, 'BTCUSDT', quantity);

  it('counts at the price it wakes at, beside what rests, until it is gone', async () => {
    const limits = { maxPositionNotional: d('1260') };
    const stop = contentOf(STOP);
    expect(await codeOf(stop, limits)).toBe('reserved');
    expect(await codeOf(contentOf({}), limits)).toBe('reserved');
    expect(await codeOf(contentOf({ quantity: '0.001' }), limits)).toBe('POSITION_ABOVE_MAXIMUM');
    await dropReservation(fleet.redis, stop.clientOrderId);
    expect(await codeOf(contentOf({}), limits)).toBe('reserved');
  });

  it('counts among the open orders', async () => {
    expect(await codeOf(contentOf(STOP), { maxOpenOrders: 1 })).toBe('reserved');
    expect(await codeOf(contentOf(STOP), { maxOpenOrders: 1 })).toBe('OPEN_ORDERS_ABOVE_MAXIMUM');
  });

  it.each(['ACTIVE', 'REDUCING'] as const)(
    'that only reduces opens nothing: no cap binds it, the position does (%s)',
    async (state) => {
      const closing = (quantity: string) =>
        contentOf({ ...STOP, side: 'SELL', stopPrice: '54000', reduceOnly: true, quantity });
      const limits = { maxPositionNotional: d('1') };
      expect(await codeOf(closing('0.5'), limits, state)).toBe('REDUCE_ONLY_NOT_REDUCING');
      await hold('0.5');
      expect(await codeOf(closing('0.501'), limits, state)).toBe('REDUCE_ONLY_NOT_REDUCING');
      expect(await codeOf(closing('0.5'), limits, state)).toBe('reserved');
      // While only reducing is allowed those that rest are counted together.
      const second = await codeOf(closing('0.5'), limits, state);
      expect(second).toBe(state === 'ACTIVE' ? 'reserved' : 'REDUCE_ONLY_NOT_REDUCING');
    },
  );

  it.each(['ACTIVE', 'REDUCING'] as const)(
    'that closes the position needs one on the other side, whatever its quantity (%s)',
    async (state) => {
      const closing = () =>
        contentOf({ ...STOP, side: 'SELL', stopPrice: '54000', closePosition: true, quantity: '3' });
      expect(await codeOf(closing(), {}, state)).toBe('REDUCE_ONLY_NOT_REDUCING');
      await hold('-0.5');
      expect(await codeOf(closing(), {}, state)).toBe('REDUCE_ONLY_NOT_REDUCING');
      await hold('0.5');
      expect(await codeOf(closing(), {}, state)).toBe('reserved');
    },
  );
});
