import { Decimal } from '@elvis/trading';
import {
  AccountChange,
  AccountReading,
  KnownAccount,
  KnownPosition,
  changedBy,
  differencesFrom,
  holdingsOf,
  markedBy,
  readAgain,
} from './known-account';

const position = (change: Partial<KnownPosition> = {}): KnownPosition => ({
  ...{ symbol: 'BTCUSDT', quantity: '0.5', entryPrice: '60000', markPrice: '60100', unrealizedPnl: '50' },
  ...change,
});
const known = (change: Partial<KnownAccount> = {}): KnownAccount => ({
  balances: [{ asset: 'USDT', wallet: '1000', free: '900' }],
  positions: [position()],
  readAtMs: 1_000,
  knownToMs: 1_000,
  walletsChangedAtMs: 500,
  ...change,
});
const told = (change: Partial<AccountChange> = {}): AccountChange => ({
  balances: [],
  positions: [],
  atMs: 2_000,
  ...change,
});
const reading = (change: Partial<AccountReading> = {}): AccountReading => ({
  balances: [{ asset: 'USDT', wallet: '1000', free: '900' }],
  positions: [position()],
  asOfMs: 3_000,
  ...change,
});

describe('the account as it is known', () => {
  it('has each balance and position that its stream tells, and all else as before', () => {
    const after = changedBy(
      known({ positions: [position(), position({ symbol: 'ETHUSDT', quantity: '-2' })] }),
      told({
        balances: [{ asset: 'USDT', wallet: '990' }],
        positions: [{ symbol: 'BTCUSDT', quantity: '0.7', entryPrice: '60010', unrealizedPnl: '63' }],
      }),
    );
    expect(after.balances).toEqual([{ asset: 'USDT', wallet: '990', free: '900' }]);
    expect(after.positions).toEqual([
      position({ quantity: '0.7', entryPrice: '60010', unrealizedPnl: '63' }),
      position({ symbol: 'ETHUSDT', quantity: '-2' }),
    ]);
    expect(after).toMatchObject({ readAtMs: 1_000, knownToMs: 2_000, walletsChangedAtMs: 2_000 });
  });

  it('holds no position that is flat', () => {
    const flat = { symbol: 'BTCUSDT', quantity: '0', entryPrice: '0', unrealizedPnl: '0' };
    expect(changedBy(known(), told({ positions: [flat] })).positions).toEqual([]);
    expect(
      readAgain(undefined, reading({ positions: [position({ quantity: '0.000' })] }), []).positions,
    ).toEqual([]);
  });

  it('has both sides of a symbol in hedge mode', () => {
    const long = {
      symbol: 'BTCUSDT',
      quantity: '0.004',
      entryPrice: '1',
      unrealizedPnl: '0',
      positionSide: 'LONG',
    } as const;
    const short = { ...long, quantity: '-0.003', positionSide: 'SHORT' } as const;
    const { positions } = changedBy(known({ positions: [] }), told({ positions: [long, short] }));
    expect(positions.map(({ quantity }) => quantity)).toEqual(['0.004', '-0.003']);
  });

  it('has nothing free of an asset that was never read, until it is', () => {
    const { balances } = changedBy(known(), told({ balances: [{ asset: 'BNB', wallet: '3' }] }));
    expect(balances).toContainEqual({ asset: 'BNB', wallet: '3', free: '0' });
  });

  it('is as old as the question of its last reading, with what was told while that was under way', () => {
    const change = told({ balances: [{ asset: 'USDT', wallet: '980' }], atMs: 3_050 });
    const after = readAgain(known(), reading(), [change]);
    expect(after.balances).toEqual([{ asset: 'USDT', wallet: '980', free: '900' }]);
    expect(after).toMatchObject({ readAtMs: 3_000, knownToMs: 3_050, walletsChangedAtMs: 3_050 });
  });

  it.each`
    wallet       | changedAtMs | because
    ${'1000'}    | ${500}      | ${'nothing has changed since'}
    ${'1000.00'} | ${500}      | ${'the same amount may be written otherwise'}
    ${'999'}     | ${3_000}    | ${'it has changed, at the latest by then'}
  `('knows when its wallets last changed: $because', ({ wallet, changedAtMs }) => {
    const balances = [{ asset: 'USDT', wallet: wallet as string, free: '900' }];
    expect(readAgain(known(), reading({ balances }), []).walletsChangedAtMs).toBe(changedAtMs);
  });

  it.each`
    change                                                            | differs
    ${{}}                                                             | ${[]}
    ${{ balances: [{ asset: 'USDT', wallet: '1000.0', free: '1' }] }} | ${[]}
    ${{ balances: [{ asset: 'USDT', wallet: '1', free: '1' }] }}      | ${['USDT']}
    ${{ positions: [] }}                                              | ${['BTCUSDT:']}
  `('differs from a reading in $differs', ({ change, differs }) => {
    expect(differencesFrom(known(), reading(change as object))).toEqual(differs);
  });

  it('marks a position by the newest mark: 0.5 x (60200 - 60000) = 100, and keeps the last reading without one', () => {
    const marks = new Map([['BTCUSDT', new Decimal('60200')]]);
    const other = position({ symbol: 'ETHUSDT' });
    expect(markedBy([position(), other], (symbol) => marks.get(symbol))).toEqual([
      position({ markPrice: '60200', unrealizedPnl: '100' }),
      other,
    ]);
  });

  it('of spot holds as a position what is owned of the base asset', () => {
    const balances = [
      { asset: 'BTC', wallet: '0.3', free: '0.1' },
      { asset: 'ETH', wallet: '0', free: '0' },
    ];
    const traded = [
      { symbol: 'BTCUSDT', baseAsset: 'BTC' },
      { symbol: 'ETHUSDT', baseAsset: 'ETH' },
    ];
    expect(holdingsOf(balances, traded)).toMatchObject([{ symbol: 'BTCUSDT', quantity: '0.3' }]);
  });
});
