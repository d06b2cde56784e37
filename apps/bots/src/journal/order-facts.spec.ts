/** How a bot takes the news of its orders, in whatever order and however often they come. */
import { BotStanding, PendingStep, orderReleased } from '@elvis/contracts';
import { Fill, OrderStatus, OrderView } from '@elvis/trading';
import { aBotConfig } from '../../test/bot-builders';
import { runBegun } from './changes';
import { OrderFact, factApplied } from './order-facts';

const ID = 'b.abc123.1.2.1';
const protections = { stop: '0.05', target: null, trailing: null, timeMs: null };

/** It has sent one entry, whose stop its strategy wished. */
function standing(): BotStanding {
  const run = {
    config: aBotConfig(),
    run: 1,
    runId: 'run',
    hooks: ['onOrderClosed'],
    codeHash: '',
    build: '',
  };
  const begun = runBegun({ ...run, actor: 'spec', atMs: 1, decideByMs: 2 }, undefined).standing;
  const entry = { clientOrderId: ID, name: 'entry', role: 'ENTRY', side: 'BUY', price: null } as const;
  const sent = {
    ...entry,
    quantity: '3',
    filled: '0',
    step: 2,
    because: 'spec',
    goodUntilMs: null,
    protections,
  };
  return { ...begun, state: 'RUNNING', due: [], orders: [sent] };
}

const view = (status: OrderStatus, filledQuantity: string): OrderView =>
  ({
    clientOrderId: ID,
    market: 'futures',
    symbol: 'BTCUSDT',
    side: 'BUY',
    type: 'MARKET',
    quantity: '3',
    status,
    filledQuantity,
  }) as OrderView;
const fillOf = (tradeId: string, quantity: string): Fill =>
  ({
    tradeId,
    market: 'futures',
    symbol: 'BTCUSDT',
    side: 'BUY',
    price: '100',
    quantity,
    quoteQuantity: '100',
    fee: '0',
    feeAsset: 'USDT',
    baseAsset: 'BTC',
    quoteAsset: 'USDT',
    realizedPnl: '0',
    tradedAtMs: 5,
  }) as Fill;
const told = (order: OrderView, fill?: Fill): OrderFact => ({
  eventId: 'event',
  eventType: fill ? 'filled' : 'placed',
  data: { order, revision: 1, ...(fill && { fill }) },
  atMs: 6,
  decideWithinMs: 1,
});

const after = (facts: readonly OrderFact[]): BotStanding =>
  facts.reduce((now, fact) => factApplied(now, fact)?.standing ?? now, standing());

const WHOLE = [
  told(view('PARTIALLY_FILLED', '1'), fillOf('1', '1')),
  told(view('FILLED', '3'), fillOf('2', '2')),
];

describe('the news of an order', () => {
  it.each([
    ['fill by fill', WHOLE],
    ['its end before its fills', [told(view('FILLED', '3')), ...WHOLE]],
    ['its end before its last fill', [WHOLE[0]!, told(view('FILLED', '3')), WHOLE[1]!]],
    ['its last fill before the first', [...WHOLE].reverse()],
    ['each twice', WHOLE.flatMap((fact) => [fact, fact])],
  ])('gives the position the stop that its entry wished when they come %s', (_how, facts) => {
    const { position, guard, orders, due } = after(facts);
    expect(position.quantity).toBe('3');
    expect(guard.terms).toEqual(protections);
    expect(orders).toEqual([]);
    expect(due.map(({ cause }) => cause)).toEqual(['protection', 'order-closed']);
  });

  it('that was canceled after a part of it had filled waits for that fill', () => {
    const canceled = after([told(view('CANCELED', '1'))]);
    expect(canceled.orders).toMatchObject([{ endsFilled: '1', filled: '0' }]);
    const { orders, position, guard } = after([
      told(view('CANCELED', '1')),
      told(view('CANCELED', '1'), fillOf('1', '1')),
    ]);
    expect([orders, position.quantity, guard.terms]).toEqual([[], '1', protections]);
  });

  it('that it was never sent ends it, unless its step is still at it', () => {
    const released = { ...told(view('PENDING_NEW', '0')), eventType: orderReleased.type };
    const { orders, due } = after([released]);
    expect([orders, due]).toEqual([[], []]);
    const intents = [{ clientOrderId: ID }] as unknown as PendingStep['intents'];
    const atIt = { ...standing(), pending: { intents } as PendingStep };
    expect(factApplied(atIt, released)).toBeUndefined();
  });
});
