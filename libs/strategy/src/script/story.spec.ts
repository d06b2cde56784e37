import { BotFacts, Candle, Step, Strategy, defineStrategy, flat, ramp, script, sma } from '..';
import { Decimal } from '@elvis/trading';

type Hook = Parameters<typeof defineStrategy>[0]['onCandle'];
type AnyStep = Parameters<Hook>[0];

/** Notes all it is told, and wishes as a test says. */
const diary = (wish: Hook = () => undefined) => {
  const lines: unknown[] = [];
  const facts = ({ position, orders, today, capital, timeMs }: AnyStep) => ({
    held: `${position.direction} ${position.quantity.toFixed()} at ${position.entryPrice.toFixed()}`,
    since: position.openedAtMs,
    orders: orders.map(({ name }) => name),
    today: `${today.net.toFixed()} of ${today.trades}`,
    capital: capital.toFixed(),
    timeMs,
  });
  const strategy: Strategy = defineStrategy({
    name: 'diary',
    version: 1,
    summary: 'Notes what it is told.',
    parameters: {},
    onCandle(t) {
      lines.push({ candle: t.candle, ...facts(t) });
      wish(t);
    },
    onFill: (t, { name, side, price, quantity, fee }) =>
      void lines.push({ filled: [name, side, +price, +quantity, +fee], ...facts(t) }),
    onPositionClosed: (t, { direction, net, reason }) =>
      void lines.push({ closed: [direction, +net, reason], ...facts(t) }),
    onSignal: (t, signal) => void lines.push({ signal, ...facts(t) }),
  });
  return { strategy, lines, last: () => lines.at(-1) };
};

const NEW_YEAR_MS = Date.UTC(2026, 0, 1);
const one = (t: AnyStep) => t.size.quantity('1');
const long: Hook = (t) => t.enter('LONG', { size: one(t), because: 'up' });
const short: Hook = (t) => t.enter('SHORT', { size: one(t), because: 'down' });

describe('the candles of a story', () => {
  const candleOf = (last: unknown): Candle => (last as { candle: Candle }).candle;

  it('go from close to close, minute by minute, unless a test says otherwise', () => {
    const { strategy, lines, last } = diary();
    const story = script(strategy).candle({ close: 10 }).candle({ close: 12 });
    expect(candleOf(last())).toEqual({
      openTimeMs: NEW_YEAR_MS + 60_000,
      open: 10,
      high: 12,
      low: 10,
      close: 12,
      volume: 1,
    });
    expect(last()).toMatchObject({ timeMs: NEW_YEAR_MS + 120_000, capital: '10000', held: 'FLAT 0 at 0' });
    story.candle({ close: 11 });
    expect(candleOf(last())).toMatchObject({ open: 12, high: 12, low: 11, close: 11 });
    story.candle({ open: 9, high: 20, low: 5, close: 7, volume: 0 });
    expect(candleOf(last())).toMatchObject({ open: 9, high: 20, low: 5, close: 7, volume: 0 });
    // The first has nothing before it to look back at.
    expect(lines.length).toBe(3);
  });

  it('stand still or climb in even steps', () => {
    expect(flat(7, 2)).toEqual([{ close: 7 }, { close: 7 }]);
    expect(ramp(10, 20, 4).map(({ close }) => close)).toEqual([12.5, 15, 17.5, 20]);
    expect(ramp(20, 10, 2).map(({ close }) => close)).toEqual([15, 10]);
  });

  it('must suffice to warm the strategy up', () => {
    const strategy = defineStrategy({
      name: 'mean',
      version: 1,
      summary: 'Looks at a mean.',
      parameters: {},
      indicators: () => ({ mean: sma('main', 3) }),
      onCandle: () => undefined,
    });
    expect(() => script(strategy).warmedUpOn(flat(1, 2))).toThrow('not warm after 2 candles');
    expect(script(strategy).isWarm).toBe(false);
    expect(script(strategy).warmedUpOn(flat(1, 20)).isWarm).toBe(true);
  });
});

describe('what happens in a story', () => {
  it.each([
    ['LONG', long, 'BUY', 4],
    ['SHORT', short, 'SELL', -4],
  ] as const)(
    'fills an entry %s at the close, and closes it with what the price has brought',
    (direction, wish, side, net) => {
      const { strategy, last } = diary(wish);
      const story = script(strategy).candle({ close: 10 }).candle({ close: 12 });
      expect(story.entry).toMatchObject({ direction, because: direction === 'LONG' ? 'up' : 'down' });
      story.fill();
      const since = NEW_YEAR_MS + 120_000;
      expect(last()).toMatchObject({
        filled: ['entry', side, 12, 1, 0],
        held: `${direction} 1 at 12`,
        since,
      });
      story.close(16, 'target');
      expect(last()).toMatchObject({
        closed: [direction, net, 'target'],
        held: 'FLAT 0 at 0',
        today: `${net} of 1`,
      });
      story.candle({ close: 16 }).fill({ price: 20 }).close(new Decimal(21), 'stop');
      expect(last()).toMatchObject({
        closed: [direction, net / 4, 'stop'],
        today: `${net * 1.25} of 2`,
      });
      expect(() => story.close(1, 'stop')).toThrow('no position to close');
    },
  );

  it('fills an exit, though other things were wished before it', () => {
    const { strategy, last } = diary((t) => {
      if (t.position.isFlat) return long(t);
      t.note('leaving');
      t.exit({ because: 'enough' });
    });
    const story = script(strategy).candle({ close: 10 }).candle({ close: 10 });
    expect(story.exit).toBeUndefined();
    story.fill().candle({ close: 15 });
    expect([story.entry, story.exit?.because]).toEqual([undefined, 'enough']);
    story.fill();
    expect(last()).toMatchObject({ closed: ['LONG', 5, 'exit'] });
    expect(() => story.fill()).toThrow('Nothing was wished that could fill');
  });

  it('fills the order of a name', () => {
    const { strategy, last } = diary((t: Step<object, Record<never, never>, object>) => {
      t.place('low', { side: 'BUY', price: t.price(9), size: t.size.quantity('1'), because: 'cheap' });
      t.place('high', { side: 'SELL', price: t.price(11), size: t.size.quantity('1'), because: 'dear' });
    });
    const story = script(strategy).candle({ close: 10 }).candle({ close: 10 });
    expect(() => story.fill()).toThrow('Nothing was wished');
    expect(() => story.fill({ name: 'middle' })).toThrow('Nothing was wished');
    story.fill({ name: 'high', price: 11 });
    expect(last()).toMatchObject({ filled: ['high', 'SELL', 11, 1, 0], held: 'SHORT 1 at 11' });
    story.candle({ close: 10 }).fill({ name: 'low', price: 9 });
    expect(last()).toMatchObject({ filled: ['low', 'BUY', 9, 1, 0], held: 'LONG 1 at 9' });
  });

  it('passes a signal on as it was said, and orders as they rest', () => {
    const { strategy, last } = diary();
    const story = script(strategy).candle({ close: 10 });
    story.signal({ action: 'LONG' });
    const unsaid = { confidence: null, model: null, features: null, note: null };
    expect(last()).toMatchObject({ signal: { signalId: 's', action: 'LONG', ...unsaid }, orders: [] });
    const amounts = { price: null, quantity: new Decimal(1), filled: new Decimal(0) };
    story.withOrders([{ name: 'rung', side: 'BUY', ...amounts }]);
    story.signal({ signalId: 'a', action: 'EXIT', model: 'm', confidence: 0.5 });
    expect(last()).toMatchObject({
      signal: { signalId: 'a', action: 'EXIT', confidence: 0.5, model: 'm' },
      orders: ['rung'],
    });
  });

  it('begins without wishes, and reads parameters as they are given', () => {
    const { strategy } = diary();
    const story = script(strategy);
    expect([story.wishes, story.dropped, story.state]).toEqual([[], [], {}]);
    expect(() => script(strategy, { unknown: 1 })).toThrow('unknown');
    const seen: unknown[] = [];
    const feeds = (_: object, bot: BotFacts) => (seen.push(bot), { main: bot });
    script(defineStrategy({ ...strategy, parameters: {}, feeds, onCandle: () => undefined }));
    expect(seen).toEqual([{ symbol: 'BTCUSDT', interval: '1m' }]);
  });
});
