import { Decimal, StopScope } from '@elvis/trading';
import {
  Dwelling,
  Finding,
  REPEATS_MAXIMUM,
  banFindings,
  buildFindings,
  isLoss,
  isLossName,
  keyOf,
  lossFindings,
  modeFindings,
  rejectFindings,
  repeatFindings,
  staleFindings,
  unknownFindings,
} from './automatic-halts';
import { RejectStreak } from './refusal-counts';

const d = (text: string): Decimal => new Decimal(text);
const GLOBAL: StopScope = { type: 'global' };
const ofSymbol = (value: string): StopScope => ({ type: 'symbol', value });
const ofBot = (value: string): StopScope => ({ type: 'bot', value });
const found = (name: string, scope: StopScope, reason: string, dwellMs = 0): Finding => ({
  name,
  scope,
  reason,
  dwellMs,
});

describe('what stops trading by itself', () => {
  it('a loss above its limit, and not at it, once it has lasted three readings', () => {
    const limits = { maxDailyLoss: d('500'), maxDrawdown: d('1000') };
    const today = found('daily-loss', GLOBAL, 'loss of today 500.01 is above its limit 500', 2_500);
    const drawdown = found('drawdown', GLOBAL, 'drawdown 1000.01 is above its limit 1000', 2_500);
    const above = { today: d('500.01'), drawdown: d('1000.01') };
    expect(lossFindings({ today: d('500'), drawdown: d('1000') }, limits)).toEqual([]);
    expect(lossFindings(above, limits)).toEqual([today, drawdown]);
    expect(lossFindings(above, { maxDailyLoss: d('500') })).toEqual([today]);
    expect(lossFindings(above, { maxDrawdown: d('1000') })).toEqual([drawdown]);
    expect(lossFindings(above, {})).toEqual([]);
    expect(lossFindings(undefined, limits)).toEqual([]);
  });

  it('is a loss by its name', () => {
    expect(['daily-loss', 'drawdown', 'exchange-ban', ''].map(isLossName)).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(isLoss(found('drawdown', GLOBAL, ''))).toBe(true);
    expect(isLoss(found('stale-market', GLOBAL, ''))).toBe(false);
  });

  it('is told apart by name and scope, whatever its reason', () => {
    expect(keyOf(found('drawdown', GLOBAL, 'one'))).toBe('drawdown:global:');
    expect(keyOf(found('stale-market', ofSymbol('BTCUSDT'), 'other'))).toBe('stale-market:symbol:BTCUSDT');
  });

  it('rejects one after another stop the bot, or without one the symbol', () => {
    const refusals = [{ symbol: 'BTCUSDT', count: 4 }];
    const streak: RejectStreak = { actor: 'a', refusals, lastCode: '-2010' };
    const why = '4 orders of a were rejected in a row, more than 3; the last one with -2010';
    const calm = { ...streak, actor: 'b', refusals: [{ symbol: 'ETHUSDT', count: 3 }] };
    expect(rejectFindings([calm, streak], 3)).toEqual([
      found('consecutive-rejects', ofSymbol('BTCUSDT'), why),
    ]);
    const ofOneBot = [{ symbol: 'BTCUSDT', botConfigId: 'bot', count: 4 }];
    const bot = { ...streak, botConfigId: 'bot', refusals: ofOneBot };
    expect(rejectFindings([{ ...streak, refusals: ofOneBot }, bot], 3)).toEqual([
      found('consecutive-rejects', ofBot('bot'), why),
    ]);
    expect(rejectFindings([streak, bot], 4)).toEqual([]);
    expect(rejectFindings([streak, bot], undefined)).toEqual([]);
  });

  it('the same order again and again stops its sender', () => {
    const order = { actor: 'a', symbol: 'BTCUSDT', repeats: 20 };
    const why = 'a repeated the same order for BTCUSDT 20 times';
    expect(repeatFindings([order])).toEqual([found('repeated-orders', ofSymbol('BTCUSDT'), why)]);
    expect(repeatFindings([{ ...order, botConfigId: 'bot' }])).toEqual([
      found('repeated-orders', ofBot('bot'), why),
    ]);
    expect(repeatFindings([{ ...order, repeats: 19 }])).toEqual([]);
    expect(REPEATS_MAXIMUM).toBe(20);
  });

  it('silence of one symbol stops that symbol, of all of them everything', () => {
    const ages = (...list: number[]) => list.map((ageMs, index) => ({ symbol: `S${index}`, ageMs }));
    const silent = (scope: StopScope, whose: string, seconds: number) =>
      found('stale-market', scope, `no price of ${whose} was received for ${seconds} s, longer than 60 s`);
    expect(staleFindings(ages(60_000, 60_000), 60_000)).toEqual([]);
    expect(staleFindings(ages(60_001, 0), 60_000)).toEqual([silent(ofSymbol('S0'), 'S0', 60)]);
    expect(staleFindings(ages(0, 90_000, 61_000), 60_000)).toEqual([
      silent(ofSymbol('S1'), 'S1', 90),
      silent(ofSymbol('S2'), 'S2', 61),
    ]);
    expect(staleFindings(ages(90_000, 61_000), 60_000)).toEqual([silent(GLOBAL, 'S0, S1', 61)]);
    expect(staleFindings(ages(60_001), 60_000)).toEqual([silent(ofSymbol('S0'), 'S0', 60)]);
    expect(staleFindings([], 60_000)).toEqual([]);
    expect(staleFindings(ages(1e9), undefined)).toEqual([]);
  });

  it('an unknown order that is too old stops its symbol', () => {
    const unknown = { clientOrderId: 'x', symbol: 'BTCUSDT', ageMs: 5_001 };
    const young = { clientOrderId: 'y', symbol: 'ETHUSDT', ageMs: 5_000 };
    expect(unknownFindings([young, unknown], 5_000)).toEqual([
      found('unknown-order', ofSymbol('BTCUSDT'), 'the outcome of x has been unknown for 5 s'),
    ]);
    expect(unknownFindings([unknown], undefined)).toEqual([]);
  });

  it('a ban that is long enough', () => {
    expect(banFindings(91_000, 1_000, 90_000)).toEqual([
      found('exchange-ban', GLOBAL, 'the exchange has banned Elvis for another 90 s'),
    ]);
    expect(banFindings(91_000, 1_001, 90_000)).toEqual([]);
    expect(banFindings(91_000, 1_000, undefined)).toEqual([]);
    expect(banFindings(undefined, 1_000, 1)).toEqual([]);
  });

  it('builds that disagree for as long as the setting says', () => {
    expect(buildFindings('a 1, b 2', 5)).toEqual([
      found('mixed-builds', GLOBAL, 'replicas run builds that do not fit together: a 1, b 2', 5),
    ]);
    expect(buildFindings(undefined, 5)).toEqual([]);
    expect(buildFindings('a 1, b 2', undefined)).toEqual([]);
  });

  it.each`
    change                       | word
    ${{ positionMode: 'HEDGE' }} | ${'in hedge mode'}
    ${{ assetMode: 'MULTI' }}    | ${'in multi-asset mode'}
    ${{ canTrade: false }}       | ${'not allowed to trade'}
  `('finds an account that is $word', ({ change, word }: { change: object; word: string }) => {
    const modes = { positionMode: 'ONE_WAY', assetMode: 'SINGLE', canTrade: true };
    const reason = `the account is ${word}; Elvis trades one-way, single-asset accounts`;
    expect(modeFindings({ ...modes, ...change })).toEqual([found('account-mode', GLOBAL, reason)]);
    expect(modeFindings(modes)).toEqual([]);
    expect(modeFindings(undefined)).toEqual([]);
  });

  it('has to last its dwell time, without a gap', () => {
    const dwelling = new Dwelling();
    const finding: Finding = { name: 'x', scope: { type: 'global' }, reason: '', dwellMs: 100 };
    expect(dwelling.due([finding], 0)).toEqual([]);
    expect(dwelling.due([finding], 99)).toEqual([]);
    expect(dwelling.due([finding], 100)).toEqual([finding]);
    expect(dwelling.due([], 101)).toEqual([]);
    expect(dwelling.due([finding], 300)).toEqual([]);
    expect(dwelling.due([finding], 400)).toEqual([finding]);
  });

  it('does not trip again for what was acknowledged, until it has been gone', () => {
    const dwelling = new Dwelling();
    const finding: Finding = { name: 'x', scope: { type: 'symbol', value: 'A' }, reason: '', dwellMs: 0 };
    expect(dwelling.due([finding], 0)).toEqual([finding]);
    dwelling.acknowledge(finding);
    expect(dwelling.due([finding], 1)).toEqual([]);
    expect(dwelling.due([{ ...finding, scope: { type: 'symbol', value: 'B' } }], 2)).toHaveLength(1);
    expect(dwelling.due([finding], 3)).toEqual([finding]);
  });

  it('lasts its dwell time again once what was acknowledged is measured anew', () => {
    const dwelling = new Dwelling();
    const finding: Finding = { name: 'x', scope: { type: 'global' }, reason: '', dwellMs: 100 };
    expect(dwelling.due([finding], 0)).toEqual([]);
    expect(dwelling.due([finding], 100)).toEqual([finding]);
    dwelling.acknowledge(finding);
    expect(dwelling.due([finding], 200)).toEqual([]);
    dwelling.beginAnew(finding);
    expect(dwelling.due([finding], 210)).toEqual([]);
    expect(dwelling.due([finding], 309)).toEqual([]);
    expect(dwelling.due([finding], 310)).toEqual([finding]);
  });
});
