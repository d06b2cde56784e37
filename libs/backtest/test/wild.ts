/** A strategy that wishes everything at random, and a market that jumps: what a run of it brings hangs on every rule. */
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import {
  Fraction,
  Protections,
  Size,
  Step,
  Strategy,
  candles,
  defineStrategy,
  limit,
  maker,
  sma,
} from '@elvis/strategy';
import { Row } from './a-market';

/** A walk of about half a percent a minute, in which every seventh candle opens apart from where the last closed. */
export function jumping(count: number, seed: number, from = 100): Row[] {
  const random = xoroshiro128plus(seed);
  const uniform = (): number => (random.next() >>> 0) / 2 ** 32;
  const onTick = (price: number): number => Math.round(price * 10) / 10;
  let close = from;
  return Array.from({ length: count }, (_, at): Row => {
    const open = at % 7 === 6 ? onTick(close * (1 + (uniform() - 0.5) / 20)) : close;
    close = onTick(open * (1 + (uniform() - 0.5) / 50));
    const high = onTick(Math.max(open, close) * (1 + uniform() / 100));
    const low = onTick(Math.min(open, close) * (1 - uniform() / 100));
    return [open, high, low, close];
  });
}

const f = (text: string): Fraction => Fraction.of(text);
const PROTECTIONS: readonly Partial<Protections>[] = [
  { stop: f('0.02') },
  { stop: f('0.005'), target: f('0.005') },
  { stop: null },
  { stop: null, target: f('0.04') },
  { trailing: f('0.02') },
  { stop: f('0.03'), trailing: f('0.02') },
  { timeMs: 240_000 },
  {
    target: [
      { at: f('0.01'), share: f('0.5') },
      { at: f('0.02'), share: f('0.3') },
      { at: f('0.03'), share: f('0.2') },
    ],
    stop: f('0.04'),
  },
  {},
];

/** @param lines gets what the strategy is told, a line each */
export function wild(lines: string[]): Strategy {
  type AnyStep = Step<object, Record<never, never>, object>;
  const note = (t: AnyStep, ...what: readonly unknown[]): void => {
    const { direction, quantity, entryPrice, openedAtMs } = t.position;
    const held = `${direction} ${quantity.toFixed()} ${entryPrice.toPrecision(12)} ${openedAtMs ?? ''}`;
    const rest = t.orders.map(
      (order) =>
        `${order.name} ${order.side} ${order.quantity.toFixed()} ${order.price?.toFixed()} ${order.filled.toFixed()}`,
    );
    lines.push(
      [
        ...what,
        t.timeMs,
        held,
        t.capital.toPrecision(12),
        t.today.net.toPrecision(12),
        t.today.trades,
        ...rest,
      ].join(' '),
    );
  };
  return defineStrategy({
    name: 'wild',
    version: 1,
    summary: 'Wishes at random.',
    parameters: {},
    feeds: (_, bot) => ({ main: candles(bot.symbol, bot.interval), slow: candles(bot.symbol, '15m') }),
    indicators: () => ({ middle: sma('main', 3), slow: sma('slow', 1) }),
    protections: () => ({ stop: f('0.05') }),
    onStart: (t) => note(t, 'start'),
    onCandle(t) {
      note(t, 'candle', t.now.middle.toFixed(6), t.now.slow);
      const pick = <Of>(of: readonly Of[]): Of => of[Math.floor(t.random() * of.length)]!;
      const { close } = t.candle;
      const near = () => t.price(close * (1 + (t.random() - 0.5) / 50));
      const size = (): Size =>
        pick([
          t.size.fraction('0.5'),
          t.size.fraction('3'),
          t.size.notional('900'),
          t.size.notional('4'),
          t.size.quantity('2.5005'),
          t.size.quantity('130'),
          t.size.toRisk('0.01'),
        ]);
      const because = 'the dice say so';
      const wish = t.random();
      if (wish < 0.25) {
        const at = pick([undefined, undefined, limit(near()), maker('0.004')]);
        const goodFor = pick([undefined, '3m'] as const);
        t.enter(pick(['LONG', 'LONG', 'SHORT']), {
          size: size(),
          at,
          goodFor,
          protections: pick(PROTECTIONS),
          because,
        });
      } else if (wish < 0.3) t.exit({ because });
      else if (wish < 0.36) t.exit({ share: f('0.3'), because });
      else if (wish < 0.39) {
        t.exit({ because });
        t.enter(t.position.isLong ? 'SHORT' : 'LONG', { size: size(), because });
      } else if (wish < 0.5) {
        const isReduceOnly = t.random() < 0.4;
        const order = {
          side: pick(['BUY', 'SELL'] as const),
          price: near(),
          size: size(),
          isReduceOnly,
          because,
        };
        t.place(pick(['a', 'b', 'c']), order);
      } else if (wish < 0.55) t.amend(pick(['a', 'b', 'c']), { price: near(), because });
      else if (wish < 0.58) t.cancel(pick(['a', 'b', 'c']), { because });
      else if (wish < 0.59) t.rest('5m', { because });
    },
    onFill(t, { name, side, price, quantity, fee }) {
      note(t, 'fill', name, side, price.toFixed(), quantity.toFixed(), fee.toPrecision(12));
      if (name === 'b') t.cancel('a', { because: 'b has filled' });
    },
    onOrderClosed: (t, { name, status, code = '' }) => note(t, 'closed', name, status, code),
    onPositionClosed(t, { direction, net, reason }) {
      note(t, 'flat', direction, net.toPrecision(12), reason);
      if (reason === 'stop') t.rest('2m', { because: 'it was stopped' });
    },
  });
}
