import { EquityHistory } from '@elvis/rules';
import { Decimal } from '@elvis/trading';
import { EQUITY_FIELDS, EquityUnreadable, readEquity, writeEquity } from './equity-record';

const history: EquityHistory = {
  day: '2026-11-21',
  dayStart: new Decimal('1000.5'),
  dayStartAtMs: 1,
  peak: new Decimal('-2'),
  peakSinceMs: 2,
  settledToMs: 3,
  bookedToMs: 4,
  recent: [{ atMs: 5, equity: new Decimal('7.25') }],
  transfers: [{ id: 'TRANSFER:1', atMs: 6, amount: new Decimal('-0.1') }],
  acknowledged: ['stop-1'],
};
const measured: EquityHistory = {
  ...history,
  spot: {
    sinceMs: 7,
    counted: ['BTC', 'USDT'],
    valueAtMs: 8,
    base: new Decimal('16000.00000001'),
    value: new Decimal('-200'),
    dayStart: new Decimal('0'),
    holdings: new Map([
      ['BTC', { wallet: new Decimal('0.1'), moved: new Decimal('-2.00000001') }],
      ['USDT', { wallet: new Decimal('10000'), moved: new Decimal('0') }],
    ]),
  },
};
const texts = writeEquity(history);
const spotText = writeEquity(measured)[4] ?? '';

describe('the record of what the account was worth', () => {
  it('is read as it was written', () => {
    expect(readEquity(texts, 9)).toEqual(history);
  });

  it('is read as it was written with spot measured', () => {
    expect(readEquity(writeEquity(measured), 9)).toEqual(measured);
  });

  it('of a build that did not measure spot is read', () => {
    expect(readEquity([...texts.slice(0, 4), null], 9)).toEqual(history);
  });

  it('is not known where nothing stands', () => {
    expect(readEquity([null, null, null, null, null], 9)).toBeUndefined();
  });

  it('of an earlier build counts transfers from now on', () => {
    const { day, dayStart, peak } = history;
    const since = { dayStartAtMs: 9, peakSinceMs: 9, settledToMs: 9, bookedToMs: 9 };
    const expected = { day, dayStart, peak, ...since, recent: [], transfers: [], acknowledged: [] };
    expect(readEquity([...texts.slice(0, 3), null, null], 9)).toEqual(expected);
  });

  it('of a build that did not note who had ended what is read too', () => {
    const { acknowledged: _unknown, ...before } = JSON.parse(texts[3] ?? '') as Record<string, unknown>;
    const read = readEquity([...texts.slice(0, 3), JSON.stringify(before)], 9);
    expect(read).toEqual({ ...history, acknowledged: [] });
  });

  const course = JSON.parse(texts[3] ?? '') as Readonly<Record<string, unknown>>;
  it.each([
    ['day', null],
    ['day', 'today'],
    ['dayStart', null],
    ['dayStart', ''],
    ['dayStart', 'NaN'],
    ['peak', '1e9'],
    ['course', ''],
    ['course', 'null'],
    ['course', '{"recent":'],
    ['course', '{}'],
    ['course', JSON.stringify({ ...course, bookedToMs: '4' })],
    ['course', JSON.stringify({ ...course, bookedToMs: -1 })],
    ['course', JSON.stringify({ ...course, recent: {} })],
    ['course', JSON.stringify({ ...course, recent: [5] })],
    ['course', JSON.stringify({ ...course, recent: [[5, 7]] })],
    ['course', JSON.stringify({ ...course, acknowledged: 'stop-1' })],
    ['course', JSON.stringify({ ...course, acknowledged: [1] })],
    ['course', JSON.stringify({ ...course, transfers: [['', 6, '1']] })],
    ['course', JSON.stringify({ ...course, transfers: [['x', 6, 'Infinity']] })],
    ['spot', '{'],
    ['spot', 'null'],
    ['spot', '{}'],
    ['spot', spotText.replace('"-200"', '-200')],
    ['spot', spotText.replace('"16000.00000001"', '"much"')],
    ['spot', spotText.replace('["BTC","USDT"]', '["BTC",5]')],
    ['spot', spotText.replace('"0.1"', 'null')],
    ['spot', spotText.replace('"sinceMs":7', '"sinceMs":"7"')],
  ] as const)('cannot be read with its %s as %j', (field, text) => {
    const changed = EQUITY_FIELDS.map((name, index) => (name === field ? text : (texts[index] ?? null)));
    expect(() => readEquity(changed, 9)).toThrow(EquityUnreadable);
  });
});
