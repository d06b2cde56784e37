import { Decimal } from '@elvis/trading';
import { Candle, FLAT, Fraction, Size, Step, StepFacts, limit, maker, market, positionOf } from '..';
import { Indicator } from '../indicators/indicator';
import { Readings } from '../indicators/readings';

/** A line that says the closing price: readings are then what a test feeds. */
const closing: Indicator<'main', number> = {
  feed: 'main',
  warmUp: 1,
  begin: () => ({ add: ({ close }) => close }),
};
const lines = { quick: closing, slow: { ...closing, begin: () => ({ add: ({ open }: Candle) => open }) } };
type Lines = typeof lines;

const facts = (change: Partial<StepFacts> = {}): StepFacts => ({
  timeMs: 1_767_225_660_000,
  instrument: { tickSize: new Decimal('0.5') },
  capital: new Decimal(1_000),
  position: FLAT,
  orders: [],
  today: { net: new Decimal(3), trades: 2 },
  ...change,
});

const NO_PROTECTIONS = { stop: null, target: null, trailing: null, timeMs: null };

/** A step after candles whose quick and slow line are these. */
function stepAfter(
  readings: readonly (readonly [quick: number, slow: number])[],
  change: Partial<StepFacts> = {},
) {
  const kept = new Readings(lines, 1);
  const step = new Step<{ length: number }, Lines, object>({ length: 3 }, {}, kept, 5);
  // The first candle stands at an anchor, and has no value yet.
  [[0, 0] as const, ...readings].forEach(([close, open], at) => {
    kept.add('main', 4 + at, { openTimeMs: 0, open, high: 0, low: 0, close, volume: 0 });
    kept.take();
  });
  step.begin(facts(change));
  return step;
}

const wishesOf = (wish: (step: Step<{ length: number }, Lines, object>) => void): unknown => {
  const step = stepAfter([]);
  wish(step);
  return JSON.parse(JSON.stringify(step.takeWishes()));
};
const size = (of: Size): unknown => JSON.parse(JSON.stringify(of));

describe('what a step tells a strategy', () => {
  it('are the facts of its moment', () => {
    const position = positionOf('SHORT', new Decimal(2), new Decimal(10), 7);
    const step = stepAfter([], { position });
    expect([step.position, step.orders, step.timeMs]).toEqual([position, [], 1_767_225_660_000]);
    expect([+step.capital, +step.today.net, step.today.trades, step.params.length]).toEqual([1_000, 3, 2, 3]);
    expect([position.isLong, position.isShort, position.isFlat]).toEqual([false, true, false]);
    expect(positionOf('LONG', new Decimal(2), new Decimal(10), 7)).toMatchObject({
      isLong: true,
      isShort: false,
    });
  });

  it('are the readings of this candle and of those before', () => {
    const step = stepAfter([[1, 2], [3, 4]]); // prettier-ignore
    expect([step.now.quick, step.before(0).slow, step.before(1).quick]).toEqual([3, 4, 1]);
    expect(() => step.before(2)).toThrow('asks 2 candles back; it declares lookBack: 1');
  });

  // Quick and slow before, quick and slow now.
  it.each([
    [1, 2, 3, 2, 'above'],
    [2, 2, 3, 2, 'above'],
    [1, 2, 2, 2, null],
    [3, 2, 4, 2, null],
    [3, 2, 1, 2, 'below'],
    [2, 2, 1, 2, 'below'],
    [3, 2, 2, 2, null],
    [1, 2, 0, 2, null],
    [1, 2, 3, 4, null],
    [3, 4, 3, 2, 'above'],
    [2, 2, 2, 2, null],
  ])('from %d and %d to %d and %d the first line crosses: %s', (wasQuick, wasSlow, quick, slow, crossed) => {
    const step = stepAfter([[wasQuick, wasSlow], [quick, slow]]); // prettier-ignore
    for (const towards of ['above', 'below'] as const)
      expect(step.crossed('quick', towards, 'slow')).toBe(crossed === towards);
  });

  it('is whether a line has crossed a level', () => {
    const step = stepAfter([[29, 0], [31, 0]]); // prettier-ignore
    expect([step.crossed('quick', 'above', 30), step.crossed('quick', 'below', 30)]).toEqual([true, false]);
    expect([step.crossed('quick', 'above', 31), step.crossed('quick', 'above', 29)]).toEqual([false, true]);
  });

  it('are numbers that follow from the seed and the time', () => {
    const draws = (timeMs: number): number[] => {
      const step = stepAfter([], { timeMs });
      return [step.random(), step.random()];
    };
    const [first, second] = draws(1_767_225_660_000);
    // A bot's steps are replayed by later versions: the numbers may never change.
    expect([first, second]).toEqual([0.8632348834071308, 0.44877552753314376]);
    expect(draws(1_767_225_660_000)).toEqual([first, second]);
    expect(first).not.toBe(second);
    expect(draws(1_767_225_720_000)[0]).not.toBe(first);
    const step = stepAfter([]);
    expect(step.random()).toBe(first);
    step.begin(facts({ timeMs: 1_767_225_720_000 }));
    expect(step.random()).toBe(draws(1_767_225_720_000)[0]);
  });
});

describe('what a strategy wishes', () => {
  const because = 'so';
  const amount = { of: 'quantity', amount: '1' };

  it('is each wish once, in order', () => {
    const step = stepAfter([]);
    expect(step.takeWishes()).toEqual([]);
    step.note('one');
    step.note('two', { a: 1 });
    expect(step.takeWishes()).toEqual([
      { type: 'NOTE', text: 'one', figures: {} },
      { type: 'NOTE', text: 'two', figures: { a: 1 } },
    ]);
    expect(step.takeWishes()).toEqual([]);
  });

  it('is an entry, at the market and without protections unless it is said', () => {
    expect(wishesOf((t) => t.enter('LONG', { size: t.size.quantity('1'), because }))).toEqual([
      {
        type: 'ENTER',
        direction: 'LONG',
        size: amount,
        at: { type: 'market' },
        goodForMs: null,
        protections: NO_PROTECTIONS,
        because,
      },
    ]);
    const said = wishesOf((t) =>
      t.enter('SHORT', {
        size: t.size.quantity('1'),
        at: maker(Fraction.of('0.01')),
        goodFor: '2m',
        protections: { stop: Fraction.of('0.1') },
        because,
      }),
    );
    expect(said).toMatchObject([
      {
        at: { type: 'maker', offset: '0.01' },
        goodForMs: 120_000,
        protections: { stop: '0.1', target: null },
      },
    ]);
  });

  it('is an exit of all, or of a share', () => {
    expect(wishesOf((t) => t.exit({ because }))).toEqual([{ type: 'EXIT', share: '1', because }]);
    expect(wishesOf((t) => t.exit({ share: Fraction.of('0.5'), because }))).toEqual([
      { type: 'EXIT', share: '0.5', because },
    ]);
  });

  it('is an order under a name, its change and its end', () => {
    const order = { side: 'SELL', price: '10.5', size: amount } as const;
    expect(
      wishesOf((t) => {
        const price = t.price(10.99);
        t.place('rung', { side: 'SELL', price, size: t.size.quantity('1'), because });
        t.place('out', { side: 'SELL', price, size: t.size.quantity('1'), isReduceOnly: true, because });
        t.amend('rung', { price, because });
        t.cancel('rung', { because });
        t.rest('1h', { because });
      }),
    ).toEqual([
      { type: 'PLACE', name: 'rung', ...order, isReduceOnly: false, because },
      { type: 'PLACE', name: 'out', ...order, isReduceOnly: true, because },
      { type: 'AMEND', name: 'rung', price: '10.5', because },
      { type: 'CANCEL', name: 'rung', because },
      { type: 'REST', forMs: 3_600_000, because },
    ]);
  });

  it('has a reason', () => {
    for (const empty of ['', ' '])
      expect(() => wishesOf((t) => t.exit({ because: empty }))).toThrow(
        'because of what; the reason is empty',
      );
  });

  it('is made at the market, at a price, or behind the price', () => {
    const price = stepAfter([]).price(10.3);
    expect(market()).toEqual({ type: 'market' });
    expect(size(limit(price) as never)).toEqual({ type: 'limit', price: '10' });
    expect(size(maker('0.02') as never)).toEqual({ type: 'maker', offset: '0.02' });
  });
});

describe('how large a wish is', () => {
  const { size: sizes } = stepAfter([]);

  it.each([
    ['a share of the capital', sizes.fraction('0.1'), { of: 'capital', fraction: '0.1' }],
    ['a share, as a fraction', sizes.fraction(Fraction.of('0.1')), { of: 'capital', fraction: '0.1' }],
    ['a notional', sizes.notional('5.5'), { of: 'notional', amount: '5.5' }],
    ['a quantity', sizes.quantity(new Decimal('5.5')), { of: 'quantity', amount: '5.5' }],
    ['what a stop may lose', sizes.toRisk('0.01'), { of: 'risk', fraction: '0.01' }],
  ])('%s', (_, given, expected) => expect(size(given)).toEqual(expected));

  // Kelly's share is win - (1 - win) / payoff.
  it.each([
    [0.5, 2, '1', '0.25'],
    [0.75, 1, '1', '0.5'],
    [0.75, 1, '0.2', '0.2'],
    [0.25, 1, '1', '0'],
    [1, 1, '1', '1'],
    [0, 1, '1', '0'],
  ])(
    'is by Kelly, winning %d of the time %d times what is lost, at most %s: %s',
    (win, payoff, atMost, share) =>
      expect(size(sizes.kelly({ win, payoff, atMost }))).toEqual({ of: 'capital', fraction: share }),
  );

  it.each([
    [-0.1, 1],
    [1.1, 1],
    [0.5, 0],
    [NaN, 1],
  ])('is not by Kelly with wins of %d and a payoff of %d', (win, payoff) =>
    expect(() => sizes.kelly({ win, payoff, atMost: '1' })).toThrow(
      `No share of wins and payoff: ${win}, ${payoff}`,
    ),
  );
});
