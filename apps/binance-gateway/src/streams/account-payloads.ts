/** What a fill did to the account, as far as it is the key's: said once the account is known to have changed by it. */
import { getAccount } from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { Decimal, Fill } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import { FuturesView } from '../account/futures-view';
import { SpotView } from '../account/spot-view';
import { KeyHolder } from '../keys/front-keys';
import { SymbolLists } from '../market/symbol-list';

/** The exchange's own event of the account comes within moments of the trade's. */
const WITHIN_MS = 2_000;
const LOOK_EVERY_MS = 20;

@Injectable()
export class AccountPayloads {
  constructor(
    private readonly bus: Bus,
    private readonly futures: FuturesView,
    private readonly spot: SpotView,
    private readonly symbols: SymbolLists,
  ) {}

  async ofFuturesFill(holder: KeyHolder, { symbol, tradedAtMs }: Fill, atMs: number): Promise<string> {
    const view = await this.changedSince('futures', tradedAtMs);
    const [most, { bySymbol }] = await Promise.all([this.futures.mostOf(holder), this.symbols.of('futures')]);
    const quote = bySymbol.get(symbol)?.quoteAsset;
    const balances = view.balances
      .filter(({ asset }) => asset === quote)
      .map(({ asset, wallet }) => {
        const own =
          most === undefined ? wallet : Decimal.max(0, Decimal.min(new Decimal(wallet), most)).toFixed(8);
        return { a: asset, wb: own, cw: own, bc: '0' };
      });
    const held = view.positions.find((position) => position.symbol === symbol);
    const position = {
      s: symbol,
      pa: held?.quantity ?? '0',
      ep: held?.entryPrice ?? '0',
      up: held?.unrealizedPnl ?? '0',
      mt: 'cross',
      iw: '0',
      ps: 'BOTH',
      ma: quote,
    };
    const change = { B: balances, P: [position], m: 'ORDER' };
    return JSON.stringify({ e: 'ACCOUNT_UPDATE', T: tradedAtMs, E: atMs, a: change });
  }

  /** Of the assets that the fill touched. */
  async ofSpotFill(holder: KeyHolder, { symbol, feeAsset, tradedAtMs }: Fill, atMs: number): Promise<string> {
    await this.changedSince('spot', tradedAtMs);
    const [{ items }, { bySymbol }] = await Promise.all([
      this.spot.balances(holder),
      this.symbols.of('spot'),
    ]);
    const instrument = bySymbol.get(symbol);
    const touched = new Set([instrument?.baseAsset, instrument?.quoteAsset, feeAsset]);
    const balances = items
      .filter(({ asset }) => touched.has(asset))
      .map(({ asset, free, locked }) => ({ a: asset, f: free, l: locked }));
    return JSON.stringify({ e: 'outboundAccountPosition', E: atMs, u: tradedAtMs, B: balances });
  }

  private async changedSince(market: 'futures' | 'spot', sinceMs: number) {
    const giveUpAt = performance.now() + WITHIN_MS;
    for (;;) {
      const view = await this.bus.request(getAccount, { market });
      if ((view.changedAtMs ?? 0) >= sinceMs || performance.now() > giveUpAt) return view;
      await pause(LOOK_EVERY_MS);
    }
  }
}
