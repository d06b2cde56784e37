import { aFill } from '@elvis/testing';
import { Decimal } from '@elvis/trading';
import { BotFigures, BotLimits } from '@elvis/contracts';
import { NO_FIGURES, openResult, withFill } from '../figures/bot-figures';
import { DAY_MS } from '../figures/utc-day';
import { reachedLimits } from './bot-limits';
import { entryRefused } from './entry-limits';

const d = (text: string): Decimal => new Decimal(text);
const HOUR_MS = 3_600_000;
/** Noon of a day. */
const NOON = 100 * DAY_MS + DAY_MS / 2;
const MIDNIGHT = 101 * DAY_MS;

/** Round trips with these results, the last at noon, each a minute after the one before; `s` marks a stop. */
function after(results: readonly string[], fee = '0'): BotFigures {
  return results.reduce((before, result, place) => {
    const tradedAtMs = NOON - (results.length - 1 - place) * 60_000;
    const shared = { quantity: '1', fee, feeAsset: 'USDT', quoteAsset: 'USDT', tradedAtMs };
    const realizedPnl = result.replace('s', '');
    const opened = aFill({ ...shared, tradeId: `${place}a`, side: 'BUY' });
    const closed = aFill({ ...shared, tradeId: `${place}b`, side: 'SELL', realizedPnl });
    const held = withFill(before, opened, { isStop: false });
    return withFill(held, closed, { isStop: result.endsWith('s') });
  }, NO_FIGURES);
}
const reached = (limits: BotLimits, figures: BotFigures, nowMs = NOON, late = 0): string[] =>
  reachedLimits(limits, figures, late, nowMs).map(
    ({ limit, value, maximum, untilMs }) =>
      `${limit} ${value} of ${maximum} until ${untilMs === null ? 'a new run' : (untilMs - NOON) / 60_000}`,
  );

describe('the limits of a bot', () => {
  it.each<[string, BotLimits, string[], string[]]>([
    ['a loss below it', { maxDailyLoss: '10' }, ['-9.9'], []],
    ['a loss of it', { maxDailyLoss: '10' }, ['-4', '-6'], ['maxDailyLoss 10 of 10 until 720']],
    ['a target of it', { dailyTarget: '5' }, ['2', '3'], ['dailyTarget 5 of 5 until 720']],
    ['a target below it', { dailyTarget: '5' }, ['4.9'], []],
    ['as many trades', { maxDailyTrades: 2 }, ['1', '1'], ['maxDailyTrades 2 of 2 until 720']],
    ['one trade less', { maxDailyTrades: 3 }, ['1', '1'], []],
    ['a fall from the peak', { maxDrawdown: '3' }, ['9', '-3'], ['maxDrawdown 3 of 3 until a new run']],
    [
      'a loss streak',
      { lossStreak: { losses: 2, restMs: HOUR_MS } },
      ['1', '-1', '-1'],
      ['lossStreak 2 of 2 until 60'],
    ],
    ['a streak that was broken', { lossStreak: { losses: 2, restMs: HOUR_MS } }, ['-1', '1', '-1'], []],
    ['one loss more than its rest', { lossStreak: { losses: 2, restMs: HOUR_MS } }, ['-1', '-1', '-1'], []],
    ['a stop', { cooldownMs: HOUR_MS }, ['-1s'], ['cooldownMs 3600000 of 0 until 60']],
    ['no stop', { cooldownMs: HOUR_MS }, ['-1'], []],
    ['nothing limited', {}, ['-1000s'], []],
  ])('are judged by the figures: %s', (_what, limits, results, expected) => {
    expect(reached(limits, after(results))).toEqual(expected);
  });

  it('a day that lost only fees still counts', () => {
    expect(reached({ maxDailyLoss: '1' }, after(['0', '0'], '0.25'))).toEqual([
      'maxDailyLoss 1 of 1 until 720',
    ]);
  });

  it('a bot asked in the first millisecond of a day has a new one, and only what is of the day is over', () => {
    const limits = { maxDailyLoss: '1', maxDrawdown: '1', maxDailyTrades: 1, maxLateSteps: 1 };
    const names = (nowMs: number, late: number): string[] =>
      reachedLimits(limits, after(['-2']), late, nowMs).map(({ limit }) => limit);
    expect(names(MIDNIGHT - 1, 1)).toEqual([
      ...['maxDailyLoss', 'maxDailyTrades', 'maxDrawdown', 'maxLateSteps'],
    ]);
    expect(names(MIDNIGHT, 0)).toEqual(['maxDrawdown']);
  });

  it('counts what an open position would bring now in the drawdown, and once fallen a run stays so', () => {
    const held = withFill(
      after(['9']),
      aFill({ tradeId: 'open', side: 'SELL', quantity: '2', price: '100', fee: '0', tradedAtMs: NOON }),
      { isStop: false },
    );
    const judged = (price: string, isDrawnDown = false) =>
      reachedLimits({ maxDrawdown: '10' }, held, 0, NOON, {
        open: openResult(held, d(price)),
        isDrawnDown,
      }).map(({ limit, value }) => `${limit} ${value}`);
    expect(judged('104.9')).toEqual([]);
    expect(judged('105')).toEqual(['maxDrawdown 10']);
    expect(judged('90', true)).toEqual(['maxDrawdown 0']);
  });

  it.each<[string, BotLimits, string | undefined]>([
    ['a position above it', { maxPosition: '99' }, 'maxPosition 100 of 99'],
    ['a position of it', { maxPosition: '100' }, undefined],
    ['as many orders that rest', { maxOpenOrders: 2 }, 'maxOpenOrders 2 of 2'],
    ['one less', { maxOpenOrders: 3 }, undefined],
    ['as many orders in a minute', { maxOrdersPerMinute: 1 }, 'maxOrdersPerMinute 1 of 1'],
    ['one less', { maxOrdersPerMinute: 2 }, undefined],
  ])('keep one entry back: %s', (_what, limits, expected) => {
    const facts = { positionAfter: d('-100'), openOrders: 2, orderedAtMs: [NOON - 60_000, NOON - 59_999] };
    const refused = entryRefused(limits, facts, NOON);
    expect(refused && `${refused.limit} ${refused.value} of ${refused.maximum}`).toBe(expected);
  });
});
