import { Decimal } from '@elvis/trading';
import { durationMs } from './duration';
import { Fraction } from './fraction';
import { param } from './parameter';
import { ParameterProblems, readParameters } from './read-parameters';

const declared = {
  fast: param.integer({ default: 9, from: 2, to: 100, help: 'Candles' }),
  band: param.number({ default: 2, from: 0.5, to: 5 }),
  risk: param.fraction({ default: '0.01', from: '0.001', to: '0.05' }),
  hold: param.duration({ default: '8h', from: '5m', to: '2d' }),
  side: param.choice({ default: 'LONG', among: ['LONG', 'SHORT'] }),
  shorts: param.switch({ default: false }),
};

describe('the parameters of a strategy', () => {
  it('are read from what a form, JSON or a command line gives', () => {
    const values = readParameters(declared, {
      fast: '20',
      band: 3.5,
      risk: '0.02',
      shorts: 'true',
      side: 'SHORT',
    });
    expect(values).toMatchObject({ fast: 20, band: 3.5, hold: 28_800_000, side: 'SHORT', shorts: true });
    expect(values.risk.toString()).toBe('0.02');
    expect(readParameters(declared, {})).toMatchObject({ fast: 9, shorts: false });
    expect(Object.isFrozen(values)).toBe(true);
  });

  it('are refused all at once, each by its name', () => {
    const given = { fast: 1, band: 'wide', risk: '0.06', hold: '1w', side: 'UP', shorts: 1, slow: 3 };
    try {
      readParameters(declared, given);
      throw new Error('not refused');
    } catch (error) {
      expect(error).toBeInstanceOf(ParameterProblems);
      expect((error as ParameterProblems).name).toBe('ParameterProblems');
      expect((error as ParameterProblems).message).toContain(
        'there are fast, band, risk, hold, side, shorts; fast is',
      );
      expect((error as ParameterProblems).problems).toEqual([
        'slow is unknown; there are fast, band, risk, hold, side, shorts',
        'fast is outside 2 to 100',
        'band is not a number',
        'risk is outside 0.001 to 0.05',
        'hold "1w" is not a span of time such as 90s, 15m, 8h or 2d',
        'side is none of LONG, SHORT',
        'shorts is neither true nor false',
      ]);
    }
  });

  it.each([
    ['fast', 2.5, 'not a whole number'],
    ['shift', ' ', 'not a number'],
    ['shift', true, 'not a number'],
    ['fast', '', 'not a number'],
    ['fast', 101, 'outside 2 to 100'],
    ['band', Infinity, 'not a number'],
    ['risk', '1e-2', 'not a decimal fraction'],
    ['hold', '4m', 'outside 5m to 2d'],
  ])('%s does not take %p', (name, value, why) => {
    const all = { ...declared, shift: param.integer({ default: 0, from: -5, to: 5 }) };
    expect(() => readParameters(all, { [name]: value })).toThrow(why);
  });

  it('may be none at all', () => {
    expect(() => readParameters({}, { slow: 3 })).toThrow('slow is unknown; there are no parameters');
  });

  it('are refused by the rule over several of them', () => {
    const rule = ({ fast }: { fast: number }) => fast < 20 || 'fast must be below 20';
    expect(() => readParameters(declared, { fast: 20 }, rule)).toThrow('fast must be below 20');
    expect(readParameters(declared, { fast: 19 }, rule).fast).toBe(19);
  });

  it('count fractions as decimals', () => {
    const tenth = Fraction.of('0.1');
    expect(tenth.plus(Fraction.of('0.2')).toString()).toBe('0.3');
    expect(tenth.minus(Fraction.of('0.2')).times(3).toString()).toBe('-0.3');
    expect(tenth.times(tenth).toString()).toBe('0.01');
    expect(tenth.isAbove(Fraction.of('0.09'))).toBe(true);
    expect(JSON.stringify({ tenth })).toBe('{"tenth":"0.1"}');
    expect(tenth.toNumber()).toBe(0.1);
    expect(Fraction.of('10.25').toString()).toBe('10.25');
    expect(Fraction.of(new Decimal('1e-9')).toString()).toBe('0.000000001');
  });

  it.each([
    ['90s', 90_000],
    ['15m', 900_000],
    ['8h', 28_800_000],
    ['2d', 172_800_000],
  ])('a span of %s is %i ms', (text, ms) => expect(durationMs(text)).toBe(ms));
  it.each(['0m', '8', 'h', '-1h', '1.5h', '1000000d', '15min'])('%s is no span of time', (text) =>
    expect(() => durationMs(text)).toThrow('span of time'),
  );
});
