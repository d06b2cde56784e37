import { AccountView } from '@elvis/contracts';
import { readAccount } from './read-account';

/** By the exchange's list; a name would say otherwise of the first and the last. */
const QUOTES: Readonly<Record<string, string>> = { TUSDT: 'USDT', BTCUSDC: 'USDC', BTCUSDT_261225: 'USDT' };

const equities = (positions: readonly (readonly [symbol: string, unrealizedPnl: string])[]) => {
  const view: AccountView = {
    balances: ['USDT', 'USDC', 'T'].map((asset) => ({ asset, wallet: '100', free: '100' })),
    positions: positions.map(([symbol, unrealizedPnl]) => ({
      symbol,
      unrealizedPnl,
      quantity: '1',
      entryPrice: '1',
      markPrice: '1',
    })),
    asOfMs: 1,
  };
  const account = readAccount(view, (symbol) => QUOTES[symbol]);
  return Object.fromEntries([...account!.balances].map(([asset, { equity }]) => [asset, equity.toFixed()]));
};

describe('what an account is worth in an asset', () => {
  it('has the profit of the positions that are priced in it, by the list and not by their names', () => {
    // 100 + 5 - 2 = 103; T is what TUSDT ends with, and is not what it is priced in.
    expect(
      equities([
        ['TUSDT', '5'],
        ['BTCUSDT_261225', '-2'],
        ['BTCUSDC', '7'],
      ]),
    ).toEqual({
      USDT: '103',
      USDC: '107',
      T: '100',
    });
  });

  it('has every loss in it whose asset is not known, and no such profit', () => {
    expect(equities([['XYZ', '-3']])).toEqual({ USDT: '97', USDC: '97', T: '97' });
    expect(equities([['XYZ', '3']])).toEqual({ USDT: '100', USDC: '100', T: '100' });
  });
});
