import { Fill, Instrument } from '@elvis/trading';
import { aFill } from '@elvis/testing';
import { InstrumentCache } from './instrument-cache';
import { SymbolAssets } from './symbol-assets';

/** A list of the exchange's, of the parts that matter here. */
const listed = (symbol: string, baseAsset: string, quoteAsset: string): Instrument =>
  ({ symbol, market: 'spot', baseAsset, quoteAsset }) as Instrument;

const LIST = [listed('TUSDT', 'T', 'USDT'), listed('CUSDC', 'C', 'USDC'), listed('USDCUSDT', 'USDC', 'USDT')];

const fillOf = (symbol: string, feeAsset: string): Fill =>
  aFill({ market: 'spot', symbol, fee: feeAsset === '' ? '0' : '1', feeAsset });

/** The exchange as far as it is asked here: it lists, or it does not answer. */
function assetsOver(answers: () => Promise<readonly Instrument[]>): SymbolAssets {
  const instruments = { listedOn: async () => ({ messages: await answers() }) } as unknown as InstrumentCache;
  return new SymbolAssets(instruments);
}

describe('the assets of a symbol', () => {
  it.each([
    ['TUSDT', 'T', 'USDT'],
    ['CUSDC', 'C', 'USDC'],
    ['USDCUSDT', 'USDC', 'USDT'],
  ])('are those of the list, whatever its name begins or ends with: %s', async (symbol, base, quote) => {
    const assets = assetsOver(() => Promise.resolve(LIST));
    expect(await assets.named(fillOf(symbol, base))).toMatchObject({
      ...{ baseAsset: base, quoteAsset: quote, feeAsset: base },
    });
  });

  it('are known for good once they were read', async () => {
    let isAway = false;
    const assets = assetsOver(() => (isAway ? Promise.reject(new Error('away')) : Promise.resolve(LIST)));
    await assets.assetsOf('spot', 'TUSDT');
    isAway = true;
    expect(await assets.assetsOf('spot', 'CUSDC')).toEqual({ baseAsset: 'C', quoteAsset: 'USDC' });
  });

  it('name the asset of a fee of nothing, which the exchange leaves out', async () => {
    const fill = await assetsOver(() => Promise.resolve(LIST)).named(fillOf('TUSDT', ''));
    expect(fill).toMatchObject({ fee: '0', feeAsset: 'USDT' });
  });

  it('are left out, not guessed, while the exchange does not answer or does not list the symbol', async () => {
    const fill = fillOf('TUSDT', 'T');
    expect(await assetsOver(() => Promise.reject(new Error('away'))).named(fill)).toEqual(fill);
    const other = fillOf('XUSDT', 'X');
    expect(await assetsOver(() => Promise.resolve(LIST)).named(other)).toEqual(other);
  });
});
