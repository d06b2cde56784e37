import { StopScope } from '@elvis/trading';
import { rejectFindings } from './automatic-halts';
import { RefusalCounts, isExpectedRefusal } from './refusal-counts';

const MAXIMUM = 20;
const order = (change: object = {}) =>
  ({ actor: 'key', market: 'futures', symbol: 'BTCUSDT', code: '-2019', ...change }) as const;
const BTC: StopScope = { type: 'symbol', value: 'BTCUSDT' };
const A: StopScope = { type: 'bot', value: 'A' };
const B: StopScope = { type: 'bot', value: 'B' };

describe('refusals one after another', () => {
  let counts: RefusalCounts;
  beforeEach(() => (counts = new RefusalCounts()));
  const refuse = (times: number, change: object = {}): void => {
    for (let time = 0; time < times; time += 1) counts.note(order(change));
  };
  const stopped = (): readonly StopScope[] =>
    rejectFindings(counts.all, MAXIMUM).map(({ scope }) => ({ ...scope }));

  it('of one bot stop that bot, and nobody else', () => {
    refuse(20, { botConfigId: 'A' });
    expect(stopped()).toEqual([]);
    refuse(1, { botConfigId: 'A' });
    expect(stopped()).toEqual([A]);
  });

  it('of which another bot had the last one stop the bot that has most of them', () => {
    refuse(20, { botConfigId: 'A' });
    refuse(1, { botConfigId: 'B' });
    // 20 + 1 = 21 of the key over all, above 20: 20 of them are A's.
    expect(stopped()).toEqual([A]);
  });

  it('are counted for each bot by itself: what another one is refused or has taken says nothing of it', () => {
    for (let round = 0; round < 20; round += 1) {
      refuse(1, { botConfigId: 'A' });
      counts.taken(order({ botConfigId: 'B' }));
    }
    expect(stopped()).toEqual([]);
    refuse(1, { botConfigId: 'A' });
    expect(stopped()).toEqual([A]);
    refuse(20, { botConfigId: 'B' });
    expect(stopped()).toEqual([A]);
    refuse(1, { botConfigId: 'B' });
    expect(stopped()).toEqual([A, B]);
  });

  it('without a bot stop the symbol that most of them are of, and with it no bot', () => {
    refuse(11);
    refuse(10, { symbol: 'ETHUSDT' });
    expect(stopped()).toEqual([BTC]);
    refuse(10, { botConfigId: 'A' });
    expect(stopped()).toEqual([BTC]);
  });

  it('are of each actor by itself, and over once one order is taken', () => {
    refuse(20);
    refuse(20, { actor: 'other' });
    expect(stopped()).toEqual([]);
    counts.taken(order());
    refuse(20);
    expect(stopped()).toEqual([]);
    refuse(1);
    expect(stopped()).toEqual([BTC]);
  });

  it.each([
    ['bot', A, { botConfigId: 'A' }],
    ['symbol', BTC, {}],
  ])('are counted from nothing once a person has ended the stop of a %s', (_what, scope, change) => {
    refuse(21, change);
    expect(stopped()).toEqual([scope]);
    counts.acknowledge(scope);
    expect(counts.all).toEqual([]);
    refuse(20, change);
    expect(stopped()).toEqual([]);
  });

  it('keep the last code for the reason', () => {
    refuse(20);
    refuse(1, { code: undefined });
    expect(rejectFindings(counts.all, MAXIMUM)[0]?.reason).toBe(
      '21 orders of key were rejected in a row, more than 20; the last one with no code',
    );
  });

  it.each`
    market       | code       | reason                                       | is       | because
    ${'futures'} | ${'-5022'} | ${undefined}                                 | ${true}  | ${'post-only would have taken'}
    ${'futures'} | ${'-5021'} | ${undefined}                                 | ${true}  | ${'fill-or-kill found too little'}
    ${'futures'} | ${'-2021'} | ${'Order would immediately trigger.'}        | ${false} | ${'a stop on the wrong side is a mistake'}
    ${'futures'} | ${'-2019'} | ${'Margin is insufficient.'}                 | ${false} | ${'money is missing'}
    ${'spot'}    | ${'-2010'} | ${'Order would immediately match and take.'} | ${true}  | ${'so spot says that post-only would have taken'}
    ${'spot'}    | ${'-2010'} | ${'Account has insufficient balance'}        | ${false} | ${'money is missing'}
    ${'spot'}    | ${'-5022'} | ${undefined}                                 | ${false} | ${'codes are of one market'}
    ${'futures'} | ${'-2010'} | ${'Order would immediately match and take.'} | ${false} | ${'futures has a code for it'}
  `('are expected with $market $code $reason: $is, since $because', ({ market, code, reason, is }) => {
    const refused = order({ market: market as string, code: code as string, reason: reason as string });
    expect(isExpectedRefusal(refused)).toBe(is);
    refuse(21, { market: market as string, code: code as string, reason: reason as string });
    expect(stopped()).toEqual(is ? [] : [BTC]);
  });
});
