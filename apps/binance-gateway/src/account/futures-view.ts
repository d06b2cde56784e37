/**
 * The futures account of a key, made of the exchange's own answer. That is read once for all keys, again after each change
 * of the account that the stream or the key's own orders tell of, and every few seconds beside that.
 */
import { AccountView, getAccount, getBotPerformance } from '@elvis/contracts';
import { parseLossless } from '@elvis/binance';
import { Bus } from '@elvis/platform';
import { Decimal } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { Told } from '../calls/call';
import { KeyHolder } from '../keys/front-keys';
import { ExchangeTexts } from '../market/exchange-texts';
import { SymbolLists } from '../market/symbol-list';
import { RecentOrders } from '../orders/recent-orders';
import { Row, Share, accountOf, balancesOf, positionsOf } from './domain/futures-view';
import { Leases } from './leases';

@Injectable()
export class FuturesView {
  constructor(
    private readonly bus: Bus,
    private readonly texts: ExchangeTexts,
    private readonly symbols: SymbolLists,
    private readonly recent: RecentOrders,
    private readonly leases: Leases,
  ) {}

  async account(holder: KeyHolder, version: 2 | 3): Promise<Told> {
    const { row, askedAtMs } = await this.cut(holder, version);
    return { body: JSON.stringify(row), headers: this.texts.ageOf('upstream', askedAtMs) };
  }

  async balances(holder: KeyHolder): Promise<Told> {
    const { row, askedAtMs } = await this.cut(holder, 3);
    return { body: JSON.stringify(balancesOf(row)), headers: this.texts.ageOf('upstream', askedAtMs) };
  }

  async positions(holder: KeyHolder, version: 2 | 3, symbol: string | undefined): Promise<Told> {
    const [read, share, view] = await Promise.all([
      this.read(holder, `/fapi/v${version}/positionRisk`),
      this.shareOf(holder),
      this.bus.request(getAccount, { market: 'futures' }),
    ]);
    const rows = positionsOf(read.answer as Row[], share, version)
      .filter((row) => symbol === undefined || row.symbol === symbol)
      .map((row) => marked(row, view));
    return { body: JSON.stringify(rows), headers: this.texts.ageOf('upstream', read.askedAtMs) };
  }

  /** The account's own answer to a call that tells of symbols and of nobody's holdings. */
  async read(
    holder: KeyHolder,
    path: string,
  ): Promise<{ readonly answer: unknown; readonly askedAtMs: number }> {
    const [{ changedAtMs = 0 }, orderedAtMs] = await Promise.all([
      this.bus.request(getAccount, { market: 'futures' }),
      this.recent.lastAtMs(holder.keyId),
    ]);
    const { text, askedAtMs } = await this.texts.read(
      'futures',
      path,
      {},
      holder.keyId,
      Math.max(changedAtMs, orderedAtMs),
    );
    return { answer: parseLossless(text), askedAtMs };
  }

  private async cut(
    holder: KeyHolder,
    version: 2 | 3,
  ): Promise<{ readonly row: Row; readonly askedAtMs: number }> {
    const [{ answer, askedAtMs }, share, { bySymbol }] = await Promise.all([
      this.read(holder, `/fapi/v${version}/account`),
      this.shareOf(holder),
      this.symbols.of('futures'),
    ]);
    return {
      row: accountOf(answer as Row, share, version, (symbol) => bySymbol.get(symbol)?.quoteAsset),
      askedAtMs,
    };
  }

  private async shareOf(holder: KeyHolder): Promise<Share> {
    const held = await this.leases.of(holder, 'futures');
    return { symbols: new Set(held.keys()), most: await this.mostOf(holder) };
  }

  /** Capital and what was made since; a loss makes it less. */
  async mostOf({ terms: { capital }, botConfigId }: KeyHolder): Promise<Decimal | undefined> {
    if (capital === undefined) return undefined;
    const { pnl } = await this.bus.request(getBotPerformance, { botConfigId });
    return new Decimal(capital).plus(new Decimal(pnl.net));
  }
}

/** The mark and what depends on it are newer where the account is followed, as long as both know the same position. */
function marked(row: Row, { positions }: AccountView): Row {
  const held = positions.find(({ symbol }) => symbol === row.symbol);
  if (!held || !new Decimal(String(row.positionAmt)).eq(new Decimal(held.quantity))) return row;
  const notional = new Decimal(held.quantity).times(new Decimal(held.markPrice)).toFixed(8);
  const unrealized = new Decimal(held.unrealizedPnl).toFixed(8);
  return {
    ...row,
    markPrice: new Decimal(held.markPrice).toFixed(8),
    notional,
    unRealizedProfit: unrealized,
  };
}
