import { Fraction, ProtectionsWish, defineStrategy, limit, maker } from '@elvis/strategy';
import { FREE, FUTURES, Row, SPOT, backtestOn, still } from '../../test/a-market';
import { FUTURES_COSTS } from './costs';
import { Decimal } from '@elvis/trading';

type Hook = Parameters<typeof defineStrategy>[0]['onCandle'];

/** Enters at the close of the second candle, since the first has nothing before it, and does nothing else. */
const entering = (enter: Hook, protections: ProtectionsWish = {}) =>
  defineStrategy({
    name: 'entering',
    version: 1,
    summary: 'As a row says',
    parameters: {},
    protections: () => protections,
    state: { entered: false },
    onCandle(t) {
      if (t.state.entered) return;
      t.state.entered = true;
      enter(t);
    },
  });
const f = (text: string): Fraction => Fraction.of(text);
const long: Hook = (t) => t.enter('LONG', { size: t.size.quantity('1'), because: 'test' });
const short: Hook = (t) => t.enter('SHORT', { size: t.size.quantity('1'), because: 'test' });
const limitAt =
  (price: number): Hook =>
  (t) =>
    t.enter('LONG', {
      size: t.size.quantity('1'),
      at: limit(t.price(price)),
      goodFor: '5m',
      because: 'test',
    });
const quiet = still(100, 2);

interface Case {
  readonly rule: string;
  readonly enter: Hook;
  readonly protections?: ProtectionsWish;
  readonly rows: readonly Row[];
  /** Entry price, exit price and why of the only trade. */
  readonly trade: readonly [entry: string, exit: string, reason: string] | undefined;
  readonly ambiguous?: number;
}

const stop = f('0.1');
const target = f('0.1');
const CASES: readonly Case[] = [
  {
    rule: 'a market order fills at the next open',
    enter: long,
    rows: [[102, 105, 101, 104]],
    trade: ['102', '104', 'end'],
  },
  {
    rule: 'a stop fills at its price',
    enter: long,
    protections: { stop },
    rows: [[100, 101, 85, 95]],
    trade: ['100', '90', 'stop'],
  },
  {
    rule: 'a stop that was jumped over fills at the open',
    enter: long,
    protections: { stop },
    rows: [
      [100, 100, 99, 99],
      [80, 120, 80, 110],
    ],
    trade: ['100', '80', 'stop'],
  },
  {
    rule: 'the stop of a short lies above, and at the open where it was jumped over',
    enter: short,
    protections: { stop },
    rows: [
      [100, 100, 99, 99],
      [115, 116, 60, 70],
    ],
    trade: ['100', '115', 'stop'],
  },
  {
    rule: 'a limit that is touched does not fill',
    enter: limitAt(98),
    rows: [
      [100, 101, 98, 99],
      [100, 101, 99, 100],
    ],
    trade: undefined,
  },
  {
    rule: 'a limit that is traded through by a tick fills at its price',
    enter: limitAt(98),
    rows: [[100, 101, 97.9, 99]],
    trade: ['98', '99', 'end'],
  },
  {
    rule: 'a limit that a gap passes fills at its price, not better',
    enter: limitAt(98),
    rows: [[90, 92, 89, 91]],
    trade: ['98', '91', 'end'],
  },
  {
    rule: 'a maker order rests behind the price',
    enter: (t) => t.enter('LONG', { size: t.size.quantity('1'), at: maker('0.01'), because: 'test' }),
    rows: [[100, 100, 98.9, 99]],
    trade: ['99', '99', 'end'],
  },
  {
    rule: 'a limit that was not reached in its time is no more',
    enter: limitAt(98),
    rows: [...still(100, 6), [90, 90, 90, 90]],
    trade: undefined,
  },
  {
    rule: 'a target must be traded through',
    enter: long,
    protections: { target },
    rows: [
      [100, 110, 99, 105],
      [105, 110.1, 104, 106],
    ],
    trade: ['100', '110', 'target'],
  },
  {
    rule: 'stop and target in one candle is the stop',
    enter: long,
    protections: { stop, target },
    rows: [[100, 115, 85, 112]],
    trade: ['100', '90', 'stop'],
    ambiguous: 1,
  },
  {
    rule: 'the candle in which a resting entry fills may stop it, but not take it to its target',
    enter: limitAt(98),
    protections: { stop: f('0.5'), target: f('0.01') },
    rows: [[100, 101, 97, 100]],
    trade: ['98', '100', 'end'],
  },
  {
    rule: 'the candle in which a resting entry fills may stop it',
    enter: limitAt(98),
    protections: { stop },
    rows: [[100, 101, 80, 100]],
    trade: ['98', '88.2', 'stop'],
  },
  {
    rule: 'a trailing stop follows the candles before, not its own',
    enter: long,
    protections: { trailing: f('0.1') },
    // Behind 120 it is 108; the third candle reaches 150 and 107, and is stopped at 108.
    rows: [
      [100, 120, 100, 119],
      [119, 150, 107, 140],
    ],
    trade: ['100', '108', 'trailing'],
  },
  {
    rule: 'a position is closed when its time is over, at the next open',
    enter: long,
    protections: { time: '2m' },
    rows: [
      [100, 100, 100, 100],
      [101, 101, 101, 101],
      [102, 102, 102, 102],
      [103, 103, 103, 103],
    ],
    trade: ['100', '102', 'time'],
  },
];

describe('the fill rules of candles', () => {
  it.each(CASES)('$rule', ({ enter, protections, rows, trade, ambiguous = 0 }) => {
    const run = backtestOn(entering(enter, protections), [...quiet, ...rows], { costs: FREE });
    expect(run.trades.map(({ entryPrice, exitPrice, reason }) => [entryPrice, exitPrice, reason])).toEqual(
      trade === undefined ? [] : [trade],
    );
    expect(run.counts.ambiguous).toBe(ambiguous);
  });

  it('takes finer candles to tell stop from target where there are such', () => {
    const fine: Row[] = [...still(100, 10), [100, 111, 100, 110], [110, 110, 85, 90], ...still(90, 3)];
    const run = backtestOn(entering(long, { stop, target }), fine, {
      costs: FREE,
      bot: { symbol: 'BTCUSDT', interval: '5m' },
    });
    expect(run.trades.map(({ reason }) => reason)).toEqual(['target']);
    expect(run.counts.ambiguous).toBe(0);
  });

  it('takes a ladder of targets part by part', () => {
    const ladder = [
      { at: f('0.1'), share: f('0.5') },
      { at: f('0.2'), share: f('0.5') },
    ];
    const rows: Row[] = [
      [100, 111, 100, 111],
      [111, 121, 111, 121],
    ];
    const run = backtestOn(entering(long, { target: ladder }), [...quiet, ...rows], { costs: FREE });
    expect(run.trades).toMatchObject([{ exitPrice: '115', result: '15' }]);
  });

  it('moves market orders and stops against themselves, to the tick that is worse, and charges taker fees', () => {
    const costs = { ...FUTURES_COSTS, halfSpread: 0.001, slippage: 0.001 };
    const run = backtestOn(entering(long, { stop }), [...quiet, [100, 100, 80, 85]], { costs });
    // Bought at 100 x 1.002; the stop at 90.18, sold 0.2 % below, which is 89.99964, to the tick below.
    expect(run.trades).toMatchObject([{ entryPrice: '100.2', exitPrice: '89.9', fees: '0.09505' }]);
    // What taking cost at the entry and at the stop: 0.2 and 90 - 89.8.
    expect(run.paid.slippage).toBe('0.48');
  });

  it.each([
    // On spot the target rests: in at 98, out at 107.8, 0.02 % of each.
    ['spot', SPOT, '107.8', '0.04116', 0],
    // On futures it triggers an order at the market: 107.8 less 0.021 %, to the tick below, for 0.05 %.
    ['futures', FUTURES, '107.7', '0.07345', 0.1],
  ] as const)(
    'charges maker fees for what rested, and no slippage: %s',
    (_, instrument, exitPrice, fees, slippage) => {
      const costs = { ...FUTURES_COSTS, fundingRate: new Decimal(0) };
      const rows: Row[] = [
        [100, 100, 97, 98],
        [98, 110, 98, 109],
      ];
      const setup = { costs, instrument, leverage: 1 };
      const run = backtestOn(entering(limitAt(98), { target }), [...quiet, ...rows], setup);
      expect(run.trades).toMatchObject([{ exitPrice, fees, reason: 'target' }]);
      expect(Number(run.paid.slippage)).toBeCloseTo(slippage, 9);
    },
  );

  it('takes a target once, though a part is sold besides', () => {
    const ladder = [
      { at: f('0.1'), share: f('0.5') },
      { at: f('0.5'), share: f('0.5') },
    ];
    const strategy = defineStrategy({
      name: 'partial',
      version: 1,
      summary: 'Sells a part after the first target',
      parameters: {},
      protections: () => ({ target: ladder }),
      state: { entered: false, sold: false },
      onCandle(t) {
        if (!t.state.entered) long(t);
        else if (t.candle.close > 105 && !t.state.sold) t.exit({ share: f('0.4'), because: 'half way' });
        t.state.sold ||= t.candle.close > 105;
        t.state.entered = true;
      },
    });
    const rows: Row[] = [[100, 111, 100, 111], ...still(111, 3), ...still(120, 2)];
    const { trades, counts } = backtestOn(strategy, [...quiet, ...rows], { costs: FREE });
    // 0.5 at the target of 110, 0.2 at 111, the rest at the end.
    expect(trades).toMatchObject([{ result: '13.2', reason: 'end' }]);
    expect(counts.fills).toBe(4);
  });

  it('liquidates where margin is used up before the stop is reached', () => {
    const all: Hook = (t) => t.enter('LONG', { size: t.size.fraction('10'), because: 'test' });
    const run = backtestOn(entering(all, { stop: f('0.3') }), [...quiet, [100, 100, 80, 85]], {
      costs: FREE,
      leverage: 10,
      capital: new Decimal('1000'),
    });
    // 100 bought at 100 with a wallet of 1,000: q p m = wallet + q (p - 100), with the bracket of 0.4 %: 90.36.
    expect(run.trades).toMatchObject([{ exitPrice: '90.3', reason: 'liquidation' }]);
    expect(run.counts.liquidations).toBe(1);
    const spared = backtestOn(entering(all, { stop: f('0.05') }), [...quiet, [100, 100, 80, 85]], {
      costs: FREE,
      leverage: 10,
      capital: new Decimal('1000'),
    });
    expect(spared.trades).toMatchObject([{ exitPrice: '95', reason: 'stop' }]);
  });

  it('sells nothing short on spot, and liquidates nothing there', () => {
    const run = backtestOn(entering(short), [...quiet, [100, 100, 80, 85]], {
      instrument: SPOT,
      leverage: 1,
      costs: FREE,
    });
    expect([run.trades, run.cuts]).toEqual([[], { SHORT_ON_SPOT: 1 }]);
  });
});
