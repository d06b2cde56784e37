import { Fill } from '@elvis/trading';
import { aFill } from '@elvis/testing';
import { balanceChangesOf } from './balance-changes';

describe('what a fill does to the balances', () => {
  it.each`
    kind                                   | overrides                                                          | changes
    ${'futures that opens'}                | ${{}}                                                              | ${{ USDT: '-0.24' }}
    ${'futures that closes with a profit'} | ${{ realizedPnl: '5.5' }}                                          | ${{ USDT: '5.26' }}
    ${'futures that closes with a loss'}   | ${{ realizedPnl: '-5.5' }}                                         | ${{ USDT: '-5.74' }}
    ${'futures with its fee in BNB'}       | ${{ realizedPnl: '5.5', fee: '0.0004', feeAsset: 'BNB' }}          | ${{ USDT: '5.5', BNB: '-0.0004' }}
    ${'a spot buy, fee in what is bought'} | ${{ market: 'spot', fee: '0.00001', feeAsset: 'BTC' }}             | ${{ BTC: '0.00999', USDT: '-600' }}
    ${'a spot sale, fee in what it gives'} | ${{ market: 'spot', side: 'SELL', fee: '0.6' }}                    | ${{ BTC: '-0.01', USDT: '599.4' }}
    ${'a spot sale, fee in BNB'}           | ${{ market: 'spot', side: 'SELL', fee: '0.001', feeAsset: 'BNB' }} | ${{ BTC: '-0.01', USDT: '600', BNB: '-0.001' }}
    ${'a rebate'}                          | ${{ fee: '-0.1' }}                                                 | ${{ USDT: '0.1' }}
    ${'no fee at all'}                     | ${{ fee: '0', feeAsset: '' }}                                      | ${{}}
  `('$kind', ({ overrides, changes }) => {
    const found = balanceChangesOf(aFill(overrides as Partial<Fill>), {
      baseAsset: 'BTC',
      quoteAsset: 'USDT',
    });
    expect(Object.fromEntries([...found].map(([asset, amount]) => [asset, amount.toFixed()]))).toEqual(
      changes,
    );
  });
});
