import { HOST_NAME, TRADING_MODES, TradingMode, exchangeUrls, tradingHostProblems } from '@elvis/binance';
import { CommaSeparated, SelfChecking, ServiceConfig } from '@elvis/platform';
import { SYMBOL_PATTERN, SYMBOL_RULE } from '@elvis/trading';
import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsIn, IsUrl, Matches } from 'class-validator';

export class MarketDataConfig extends ServiceConfig implements SelfChecking {
  /** The futures symbols that are followed; three streams each, and an exchange connection carries at most 1024. */
  @CommaSeparated()
  @ArrayMinSize(1)
  @ArrayMaxSize(200)
  @ArrayUnique()
  @Matches(SYMBOL_PATTERN, {
    each: true,
    message: `SYMBOLS, a list with commas between: each ${SYMBOL_RULE}`,
  })
  readonly SYMBOLS: readonly string[] = ['BTCUSDT', 'ETHUSDT'];

  /** Origin of the market streams; `/public` and `/market` are appended. */
  @IsUrl({ protocols: ['ws', 'wss'], require_protocol: true, require_tld: false })
  readonly BINANCE_FUTURES_WS_URL!: string;

  /** paper, testnet or live; the streams have to belong to it, for orders are judged by these prices. */
  @IsIn(TRADING_MODES)
  readonly TRADING_MODE: TradingMode = 'paper';

  /** Hosts of an exchange beside the known ones of the mode and this machine: names with commas between, no ports. */
  @CommaSeparated()
  @Matches(HOST_NAME, {
    each: true,
    message: 'ALLOW_HOST must be host names, with commas between and no ports',
  })
  readonly ALLOW_HOST: readonly string[] = [];

  problems(): string[] {
    return tradingHostProblems({
      mode: this.TRADING_MODE,
      urls: exchangeUrls(this),
      allowed: this.ALLOW_HOST,
    });
  }
}
