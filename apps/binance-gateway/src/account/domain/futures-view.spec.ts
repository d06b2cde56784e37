/** What a key sees of an account that others trade as well. */
import { Decimal } from '@elvis/trading';
import { Row, Share, accountOf, balancesOf, positionsOf } from './futures-view';

const position = (symbol: string, amount: string): Row => ({
  symbol,
  positionSide: 'BOTH',
  positionAmt: amount,
  unrealizedProfit: '5.00000000',
  initialMargin: '30.00000000',
  maintMargin: '1.00000000',
  openOrderInitialMargin: '10.00000000',
  leverage: '3',
  updateTime: 7,
});
const ACCOUNT: Row = {
  totalWalletBalance: '10000.00000000',
  assets: [
    { asset: 'USDT', walletBalance: '10000.00000000', availableBalance: '9000.00000000', updateTime: 7 },
    { asset: 'USDC', walletBalance: '50.00000000', availableBalance: '50.00000000', updateTime: 7 },
  ],
  positions: [position('BTCUSDT', '0.010'), position('ETHUSDT', '-2.000')],
};
const quote = (symbol: string): string => symbol.slice(-4);
const share = (most: string | undefined, ...symbols: string[]): Share => ({
  symbols: new Set(symbols),
  most: most === undefined ? undefined : new Decimal(most),
});
const cut = (of: Share, version: 2 | 3 = 3): Row => accountOf(ACCOUNT, of, version, quote);

describe('the account as a key sees it', () => {
  it('has the positions of its own symbols and no other', () => {
    expect(positionsOf(ACCOUNT.positions as Row[], share(undefined, 'ETHUSDT'), 3)).toEqual([
      position('ETHUSDT', '-2.000'),
    ]);
    expect(positionsOf(ACCOUNT.positions as Row[], share(undefined), 3)).toEqual([]);
  });

  it('lists every symbol in version 2, flat where it is not its own, with the leverage that it has', () => {
    const [bitcoin, ether] = positionsOf(ACCOUNT.positions as Row[], share(undefined, 'ETHUSDT'), 2);
    expect(ether).toEqual(position('ETHUSDT', '-2.000'));
    expect(bitcoin).toMatchObject({
      positionAmt: '0.000',
      unrealizedProfit: '0.00000000',
      initialMargin: '0.00000000',
      leverage: '3',
      updateTime: 0,
    });
  });

  it('has no more of the wallet than its capital and what was made, and its own margins alone', () => {
    expect(cut(share('500', 'ETHUSDT'))).toMatchObject({
      totalWalletBalance: '550.00000000',
      totalUnrealizedProfit: '5.00000000',
      totalInitialMargin: '30.00000000',
      totalPositionInitialMargin: '20.00000000',
      totalOpenOrderInitialMargin: '10.00000000',
      availableBalance: '525.00000000',
      maxWithdrawAmount: '0.00000000',
    });
  });

  it('has all of the wallet where it has no capital, and still nothing of the others', () => {
    expect(cut(share(undefined))).toMatchObject({
      totalWalletBalance: '10050.00000000',
      totalUnrealizedProfit: '0.00000000',
      availableBalance: '9050.00000000',
      positions: [],
    });
  });

  it('has nothing left once more was lost than the capital, and never less', () => {
    expect(cut(share('-1'))).toMatchObject({
      totalWalletBalance: '0.00000000',
      availableBalance: '0.00000000',
    });
  });

  it('tells in the list of balances what the account tells', () => {
    expect(balancesOf(cut(share('500', 'ETHUSDT')))).toEqual([
      expect.objectContaining({ asset: 'USDT', balance: '500.00000000', availableBalance: '475.00000000' }),
      expect.objectContaining({ asset: 'USDC', balance: '50.00000000', availableBalance: '50.00000000' }),
    ]);
  });
});
