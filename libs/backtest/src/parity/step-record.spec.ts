import { Decimal } from '@elvis/trading';
import { defineStrategy, limit } from '@elvis/strategy';
import { NEW_YEAR_MS, Row, minutes, setupOf, still } from '../../test/a-market';
import { toColumns } from '../data/candle-columns';
import { WishedOrder } from '../engine/running';
import { decisionText, plainText, positionText, recordSteps } from './step-record';

const d = (text: string): Decimal => new Decimal(text);
const MINUTE_MS = 60_000;

/** Buys at its first step and sells at its third; says what it is told. */
const patient = (side: 'LONG' | 'SHORT', told: string[] = []) =>
  defineStrategy({
    name: 'patient',
    version: 1,
    summary: 'In, waits, out.',
    parameters: {},
    state: { steps: 0 },
    onStart: () => void told.push('start'),
    onCandle(t) {
      t.state.steps += 1;
      if (t.state.steps === 1) t.enter(side, { size: t.size.notional('990'), because: 'it begins' });
      if (t.state.steps === 3) t.exit({ because: 'it is time' });
    },
    onFill: (_, { name }) => void told.push(`fill ${name}`),
    onOrderClosed: (_, { status, code }) => void told.push(`${status} ${code ?? ''}`.trim()),
    onPositionClosed: (_, { net }) => void told.push(`closed ${net.toFixed(2)}`),
  });
const FALLS: readonly Row[] = [...still(100, 3), [100, 100, 98, 98], ...still(98, 2)];
const stepsOf = (side: 'LONG' | 'SHORT', told?: string[], limits = {}) =>
  recordSteps(setupOf(patient(side, told), { limits }), toColumns('BTCUSDT', '1m', minutes(FALLS)));

describe('a step that was taken', () => {
  it('tells what it was decided by, in the order in which a difference is looked for', () => {
    const [first, second, third] = stepsOf('LONG');
    expect(first!.openTimeMs).toBe(NEW_YEAR_MS + MINUTE_MS);
    expect(Object.entries(first!.inputs)).toEqual([
      [
        'candle',
        `{"close":100,"high":100,"low":100,"open":100,"openTimeMs":${first!.openTimeMs},"volume":1}`,
      ],
      ['readings', '{}'],
      ['parameters', '{}'],
      ['position', 'flat'],
      ['orders', '[]'],
      ['capital', '10000'],
      ['today', '{"net":"0","trades":0}'],
      ['state', '{"steps":0}'],
    ]);
    expect(second!.inputs).toMatchObject({ position: '9.9 at 100.1', state: '{"steps":1}' });
    expect(third!.inputs.state).toBe('{"steps":2}');
  });

  it('tells what was decided, what was filled, and the day so far', () => {
    const [first, second, third, after] = stepsOf('SHORT');
    expect(first).toMatchObject({
      decisions: ['SUBMIT ENTRY SELL 9.9: it begins'],
      fills: [{ name: 'entry', side: 'SELL', quantity: '9.9', price: '99.9' }],
      denials: [],
    });
    expect(second!.inputs.position).toBe('-9.9 at 99.9');
    expect(second!.decisions).toEqual([]);
    expect(third!.decisions).toEqual(['SUBMIT EXIT BUY 9.9: it is time']);
    expect(third!.fills).toEqual([{ name: 'exit', side: 'BUY', quantity: '9.9', price: '98.1' }]);
    expect(after!.inputs).toMatchObject({ position: 'flat', today: expect.stringMatching(/"trades":1}$/) });
  });

  it('tells what refused its order', () => {
    const denied = stepsOf('LONG', [], { maxOrderNotional: d('500') });
    expect(denied.map(({ denials }) => denials)).toEqual([['NOTIONAL_ABOVE_ORDER_MAXIMUM'], [], [], [], []]);
    expect(denied.flatMap(({ fills }) => fills)).toEqual([]);
  });

  it('is the same to the strategy as one that nobody writes down', () => {
    const told: string[] = [];
    stepsOf('LONG', told);
    expect(told).toEqual(['start', 'fill entry', 'fill exit', 'closed -22.76']);
    const without = defineStrategy({
      name: 'without',
      version: 1,
      summary: '.',
      parameters: {},
      onCandle() {},
    });
    expect(recordSteps(setupOf(without), toColumns('BTCUSDT', '1m', minutes(FALLS)))).toHaveLength(5);
  });

  it('asks nothing of a strategy that does not listen to its orders', () => {
    const silent = defineStrategy({
      name: 'silent',
      version: 1,
      summary: 'In, and says nothing.',
      parameters: {},
      onCandle: (t) => void t.enter('LONG', { size: t.size.notional('990'), because: 'it begins' }),
    });
    const steps = (limits: object) =>
      recordSteps(setupOf(silent, { limits }), toColumns('BTCUSDT', '1m', minutes(FALLS)));
    expect(steps({})[0]!.fills).toHaveLength(1);
    expect(steps({ maxOrderNotional: d('500') })[0]!.denials).toEqual(['NOTIONAL_ABOVE_ORDER_MAXIMUM']);
  });

  it('has no denial where an entry only lasted too long', () => {
    const patientBuyer = defineStrategy({
      name: 'patient-buyer',
      version: 1,
      summary: 'Waits below the market for a minute.',
      parameters: {},
      onCandle(t) {
        const { size } = t;
        t.enter('LONG', {
          size: size.notional('990'),
          at: limit(t.price(90)),
          goodFor: '1m',
          because: 'cheap',
        });
      },
    });
    const steps = recordSteps(setupOf(patientBuyer), toColumns('BTCUSDT', '1m', minutes(FALLS)));
    expect(steps.flatMap(({ decisions }) => decisions).length).toBeGreaterThan(1);
    expect(steps.flatMap(({ denials }) => denials)).toStrictEqual([]);
  });

  it('has its candles named as asked', () => {
    const columns = toColumns('BTCUSDT', '1m', minutes(FALLS));
    const named = recordSteps(
      setupOf(patient('LONG')),
      columns,
      (openTimeMs) => `${openTimeMs - NEW_YEAR_MS}`,
    );
    expect(named[1]!.inputs.candle).toBe('120000');
  });
});

describe('the text', () => {
  const wish = (change: Partial<WishedOrder>): string =>
    decisionText({ action: 'SUBMIT', role: 'ENTRY', because: 'it rose', ...change });

  it('of a decision names what there is of it, and the reason', () => {
    expect(wish({ side: 'BUY', quantity: '0.1', price: '60000' })).toBe(
      'SUBMIT ENTRY BUY 0.1 at 60000: it rose',
    );
    expect(wish({ action: 'CANCEL', role: 'GRID' })).toBe('CANCEL GRID: it rose');
  });

  it('of plain data is the same in whatever order its names stand', () => {
    expect(plainText({ b: { d: [2, 1], c: null }, a: 'x' })).toBe('{"a":"x","b":{"c":null,"d":[2,1]}}');
    expect(plainText({ a: 'x', b: { c: null, d: [2, 1] } })).toBe(
      plainText({ b: { d: [2, 1], c: null }, a: 'x' }),
    );
    expect(plainText([3, 'text', true])).toBe('[3,"text",true]');
  });

  it('of a position has its sign, and its price to eight places', () => {
    expect(positionText(d('0'), d('100'))).toBe('flat');
    expect(positionText(d('-0.5'), d('1').div(3))).toBe('-0.5 at 0.33333333');
    expect(positionText(d('1e-7'), d('100'))).toBe('0.0000001 at 100');
  });
});
