import { aView, anInstrument } from '@elvis/testing';
import { Decimal, Instrument, OrderView } from '@elvis/trading';
import { isCovered } from './coverage';
import { Held, NO_PROTECTION, ProtectionTerms } from './levels';
import { planProtection } from './plan-protection';
import { ProtectionAction, ProtectionGiven } from './protection-actions';

const d = (text: string): Decimal => new Decimal(text);
const STEP = 'b.k.1.9';

const instrument = (change: Partial<Instrument> = {}): Instrument =>
  anInstrument({
    tickSize: d('0.1'),
    stepSize: d('0.001'),
    minQuantity: d('0.001'),
    marketMaxQuantity: d('100'),
    minNotional: d('5'),
    ...change,
  });
const spot = instrument({ market: 'spot' });

const held = (change: Partial<Held> = {}): Held => ({
  quantity: d('1'),
  entryPrice: d('1000'),
  added: d('1'),
  openedAtMs: 0,
  extreme: d('1000'),
  ...change,
});
const terms = (change: Partial<ProtectionTerms> = {}): ProtectionTerms => ({
  ...NO_PROTECTION,
  stop: d('0.01'),
  ...change,
});
const TARGET = { targets: [{ at: d('0.02'), share: d('1') }] };
const LADDER = {
  targets: [
    { at: d('0.02'), share: d('0.5') },
    { at: d('0.04'), share: d('0.5') },
  ],
};

const given = (change: Partial<ProtectionGiven> = {}): ProtectionGiven => ({
  step: STEP,
  botConfigId: 'bot',
  instrument: instrument(),
  held: held(),
  terms: terms(),
  orders: [],
  refused: [],
  reached: 0,
  close: null,
  price: null,
  nowMs: 1,
  ...change,
});

/** One line an action. */
const words = (action: ProtectionAction): string => {
  if (action.kind === 'cancel') return `cancel ${action.clientOrderId}`;
  if (action.kind === 'place-list') {
    const { target, stop, quantity } = action.list;
    return `list ${quantity} target ${target.price} stop ${stop.stopPrice} limit ${stop.price}`;
  }
  const { type, side, stopPrice, price, quantity, closePosition, callbackRate, reduceOnly } = action.order;
  const what = closePosition ? 'all' : `${quantity}${reduceOnly ? ' reduce-only' : ''}`;
  return [side, type, what, stopPrice ?? price, callbackRate && `${callbackRate} %`]
    .filter(Boolean)
    .join(' ');
};
const plan = (change: Partial<ProtectionGiven> = {}): string[] =>
  planProtection(given(change)).actions.map(words);

/** What came of the actions where the exchange took all of them. */
const placed = (change: Partial<ProtectionGiven>): OrderView[] =>
  planProtection(given(change)).actions.flatMap((action): OrderView[] => {
    if (action.kind === 'place') return [aView({ ...action.order, status: 'NEW' })];
    if (action.kind === 'cancel') return [];
    const { target, stop, symbol, quantity } = action.list;
    const leg = { market: 'spot', symbol, side: 'SELL', quantity, status: 'NEW' } as const;
    return [
      aView({ ...leg, ...target, type: 'LIMIT_MAKER' }),
      aView({ ...leg, ...stop, type: 'STOP_LOSS_LIMIT' }),
    ];
  });

describe('the protections of a futures position', () => {
  it('close the position, whatever it is by then, on the mark price', () => {
    expect(plan({ terms: terms(TARGET) })).toEqual([
      'SELL STOP_MARKET all 990',
      'SELL TAKE_PROFIT_MARKET all 1020',
    ]);
    const short = held({ quantity: d('-2') });
    expect(plan({ held: short, terms: terms(TARGET) })).toEqual([
      'BUY STOP_MARKET all 1010',
      'BUY TAKE_PROFIT_MARKET all 980',
    ]);
  });

  it('are not sent twice: what rests, is on its way or is unknown holds its place', () => {
    for (const status of ['NEW', 'PENDING_NEW', 'UNKNOWN'] as const) {
      const orders = placed({}).map((order) => ({ ...order, status }));
      expect(plan({ orders })).toEqual([]);
      expect(isCovered(held(), terms(), orders)).toBe(status === 'NEW');
    }
  });

  it('lie on the tick that loses less and is reached sooner', () => {
    expect(plan({ held: held({ entryPrice: d('1000.33') }), terms: terms(TARGET) })).toEqual([
      'SELL STOP_MARKET all 990.4',
      'SELL TAKE_PROFIT_MARKET all 1020.3',
    ]);
  });

  it('are replaced new first: the old stop goes once the new one is at the exchange', () => {
    const old = placed({}).map((order) => ({ ...order, clientOrderId: 'b.k.1.8.0.s' }));
    const moved = held({ entryPrice: d('1100'), quantity: d('2') });
    expect(plan({ held: moved, orders: old })).toEqual(['SELL STOP_MARKET 2 reduce-only 1089']);
    const fresh = placed({ held: moved, orders: old });
    const unknown = fresh.map((order) => ({ ...order, status: 'UNKNOWN' as const }));
    expect(plan({ held: moved, orders: [...old, ...unknown] })).toEqual([]);
    expect(plan({ held: moved, orders: [...old, ...fresh] })).toEqual(['cancel b.k.1.8.0.s']);
    expect(plan({ held: moved, orders: fresh })).toEqual([]);
  });

  it('a partly filled entry is protected for what was filled, and for what fills later', () => {
    const part = held({ quantity: d('0.3'), added: d('0.3') });
    const orders = placed({ held: part });
    expect(isCovered(held(), terms(), orders)).toBe(true);
    const trailing = terms({ stop: null, trailing: d('0.003') });
    expect(plan({ held: part, terms: trailing })).toEqual([
      'SELL TRAILING_STOP_MARKET 0.3 reduce-only 0.3 %',
    ]);
    const following = placed({ held: part, terms: trailing });
    expect(plan({ terms: trailing, orders: following })).toEqual([
      'SELL TRAILING_STOP_MARKET 0.7 reduce-only 0.3 %',
    ]);
    expect(isCovered(held(), trailing, following)).toBe(false);
  });

  it('a ladder closes its shares, and the last rung what is left', () => {
    expect(plan({ terms: terms({ stop: null, ...LADDER }) })).toEqual([
      'SELL TAKE_PROFIT_MARKET 0.5 reduce-only 1020',
      'SELL TAKE_PROFIT_MARKET 0.5 reduce-only 1040',
    ]);
    const left = held({ quantity: d('0.5') });
    const standing = placed({ terms: terms({ stop: null, ...LADDER }) }).slice(1);
    expect(
      plan({ held: left, terms: terms({ stop: null, ...LADDER }), reached: 1, orders: standing }),
    ).toEqual([]);
  });

  it('a bot whose position vanished cancels its protections', () => {
    const orders = placed({ terms: terms(TARGET) });
    expect(plan({ held: undefined, orders })).toEqual(
      orders.map(({ clientOrderId }) => `cancel ${clientOrderId}`),
    );
  });

  it('those of the other side go', () => {
    const orders = placed({ held: held({ quantity: d('-1') }) });
    expect(plan({ orders }).at(-1)).toBe(`cancel ${orders[0]!.clientOrderId}`);
  });
});

describe('a position that no resting order can protect', () => {
  const refused = (code: string, reason?: string, role = 's') => ({
    clientOrderId: `b.k.1.8.0.${role}`,
    code,
    ...(reason !== undefined && { reason }),
  });

  it.each([
    ['denied by risk', refused('TRIGGER_WRONG_SIDE'), 'stop-passed'],
    ['refused by the exchange', refused('-2021'), 'stop-passed'],
    ['on spot', refused('-2010', 'Stop price would trigger immediately.'), 'stop-passed'],
    ['a target', refused('-2021', undefined, 't'), 'target-passed'],
  ])('a stop refused as already triggered closes the position: %s', (_what, refusal, closing) => {
    const planned = planProtection(given({ refused: [refusal] }));
    expect(planned.closing).toBe(closing);
    expect(planned.actions.map(words)).toEqual(['SELL MARKET 1 reduce-only']);
  });

  it('a refusal for another reason is tried again, but not a third time', () => {
    const other = refused('-2010', 'Account has insufficient balance for requested action.');
    expect(plan({ refused: [other, other] })).toEqual(['SELL STOP_MARKET all 990']);
    expect(planProtection(given({ refused: [other, other, other] })).closing).toBe('stop-refused');
  });

  it('is closed when its time is over, once', () => {
    const timed = terms({ timeMs: 1_000 });
    expect(planProtection(given({ terms: timed, nowMs: 999 })).closing).toBeNull();
    expect(plan({ terms: timed, nowMs: 1_000 })).toEqual(['SELL MARKET 1 reduce-only']);
    const exit = aView({ clientOrderId: `${STEP}.0`, side: 'SELL', type: 'MARKET', status: 'UNKNOWN' });
    expect(plan({ terms: timed, nowMs: 1_000, orders: [exit] })).toEqual([]);
  });

  it('is closed in parts that the exchange takes', () => {
    const small = instrument({ marketMaxQuantity: d('0.4') });
    expect(plan({ instrument: small, close: 'unprotected' })).toEqual([
      'SELL MARKET 0.4 reduce-only',
      'SELL MARKET 0.4 reduce-only',
      'SELL MARKET 0.2 reduce-only',
    ]);
  });
});

describe('the protections of a spot holding', () => {
  const both = terms(TARGET);

  it('stop and target rest together as one list; a stop alone is an order', () => {
    expect(plan({ instrument: spot, terms: both })).toEqual(['list 1 target 1020 stop 990 limit 985']);
    expect(plan({ instrument: spot })).toEqual(['SELL STOP_LOSS_LIMIT 1 990']);
  });

  it('are sized on what can be sold: a fee leaves a rest below the step', () => {
    expect(plan({ instrument: spot, terms: both, held: held({ quantity: d('0.9995') }) })).toEqual([
      'list 0.999 target 1020 stop 990 limit 985',
    ]);
  });

  it('what was added gets a list of its own, and what moved is canceled before it is placed', () => {
    const orders = placed({ instrument: spot, terms: both });
    expect(plan({ instrument: spot, terms: both, orders })).toEqual([]);
    expect(plan({ instrument: spot, terms: both, orders, held: held({ quantity: d('3') }) })).toEqual([
      'list 2 target 1020 stop 990 limit 985',
    ]);
    const risen = terms({ ...TARGET, trailing: d('0.003') });
    expect(plan({ instrument: spot, terms: risen, orders, held: held({ extreme: d('1010') }) })).toEqual([
      `cancel ${orders[1]!.clientOrderId}`,
      'list 1 target 1020 stop 1007 limit 1001.9',
    ]);
  });

  it('wait for what is unknown: it may hold the coin', () => {
    const orders = placed({ instrument: spot, terms: both }).map((order) => ({
      ...order,
      status: 'UNKNOWN' as const,
    }));
    expect(plan({ instrument: spot, terms: both, orders })).toEqual([]);
  });

  it('one that the market jumped over is closed at market, the list first', () => {
    const orders = placed({ instrument: spot, terms: both });
    expect(plan({ instrument: spot, terms: both, orders, price: d('986') })).toEqual([]);
    expect(plan({ instrument: spot, terms: both, orders, price: d('984') })).toEqual([
      ...orders.map(({ clientOrderId }) => `cancel ${clientOrderId}`),
      'SELL MARKET 1',
    ]);
  });
});
