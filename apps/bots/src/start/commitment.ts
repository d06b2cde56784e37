/**
 * What all bots together may work with: the capital of those that are under way or hold something, of one market and quote
 * asset, against what the account has there. Futures: the wallet with what open positions have won or lost. Spot: the wallet,
 * and what bots have bought for it, at its cost.
 */
import { BotConfigView, BotStanding, getAccount } from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { Decimal, TradingFailure, ZERO } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { BotsConfig } from '../bots.config';
import { BotInstruments } from '../facts/bot-instruments';
import { isUnderWay } from '../journal/changes';

const sum = (parts: readonly Decimal.Value[]): Decimal =>
  parts.reduce<Decimal>((total, part) => total.plus(part), ZERO);

@Injectable()
export class Commitment {
  constructor(
    private readonly bus: Bus,
    private readonly instruments: BotInstruments,
    private readonly settings: BotsConfig,
  ) {}

  /**
   * @param own    how the bot stood after its last run
   * @param others all other bots
   * @throws TradingFailure BOT_OVERCOMMITTED, or the account cannot be read now
   */
  async require(
    { market, symbol, initialCapital }: BotConfigView,
    own: BotStanding | undefined,
    others: readonly BotStanding[],
  ): Promise<void> {
    const { BOTS_MAX_COMMITMENT: most } = this.settings;
    if (most === 'off') return;
    const { quoteAsset } = await this.instruments.find(market, symbol);
    const beside: BotStanding[] = [];
    for (const standing of others) {
      const { config, position } = standing;
      if (config.market !== market || !(isUnderWay(standing) || position.entryPrice !== null)) continue;
      const { quoteAsset: its } = await this.instruments.find(market, config.symbol);
      if (its === quoteAsset) beside.push(standing);
    }
    const committed = sum([initialCapital, ...beside.map(({ config }) => config.initialCapital)]);
    const held = sum([...beside, ...(own ? [own] : [])].map(({ figures }) => figures.holding.cost));
    const equity =
      market === 'futures'
        ? await this.futuresEquity(quoteAsset)
        : (await this.spotWallet(quoteAsset)).plus(held);
    const maximum = equity.times(most);
    if (committed.lte(maximum)) return;
    const context = { committed: committed.toFixed(), equity: equity.toFixed(), maximum: maximum.toFixed() };
    throw new TradingFailure(
      'BOT_OVERCOMMITTED',
      `The bots on ${market} in ${quoteAsset} would work with ${context.committed}, and may with ${context.maximum}: ${most} of the ${context.equity} that the account has there (BOTS_MAX_COMMITMENT). Give this one less capital, or stop another`,
      { context },
    );
  }

  private async futuresEquity(asset: string): Promise<Decimal> {
    const { balances, positions } = await this.bus.request(getAccount, { market: 'futures' });
    const open: string[] = [];
    for (const { symbol, unrealizedPnl } of positions)
      if ((await this.instruments.find('futures', symbol)).quoteAsset === asset) open.push(unrealizedPnl);
    return sum([walletOf(balances, asset), ...open]);
  }

  private async spotWallet(asset: string): Promise<Decimal> {
    const { balances } = await this.bus.request(getAccount, { market: 'spot' });
    return new Decimal(walletOf(balances, asset));
  }
}

const walletOf = (
  balances: readonly { readonly asset: string; readonly wallet: string }[],
  asset: string,
): string => balances.find((balance) => balance.asset === asset)?.wallet ?? '0';
