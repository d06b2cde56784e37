import { defaultsOf, type Parameters, readParameters } from './schema-form';

const parameters: Parameters = {
  fast: { kind: 'integer', default: 9, from: 2, to: 100 },
  risk: { kind: 'fraction', default: '0.01', from: '0.001', to: '0.05' },
  every: { kind: 'duration', default: '1h' },
  side: { kind: 'choice', default: 'both', among: ['both', 'long'] },
  shorts: { kind: 'switch', default: false },
};

describe("a form of a strategy's parameters", () => {
  it('begins with the defaults, and sends none of them', () => {
    expect(defaultsOf(parameters)).toEqual({
      fast: '9',
      risk: '0.01',
      every: '1h',
      side: 'both',
      shorts: 'false',
    });
    expect(readParameters(parameters, defaultsOf(parameters))).toEqual({});
  });

  it('sends what was changed as the strategy reads it: fractions stay text', () => {
    expect(
      readParameters(parameters, { fast: '12', risk: '0,02', every: '15m', side: 'long', shorts: 'true' }),
    ).toEqual({ fast: 12, risk: '0.02', every: '15m', side: 'long', shorts: true });
  });

  it('leaves a field that was emptied to the strategy', () =>
    expect(
      readParameters(parameters, { fast: ' ', risk: '0.01', every: '1h', side: 'both', shorts: 'false' }),
    ).toEqual({}));
});
