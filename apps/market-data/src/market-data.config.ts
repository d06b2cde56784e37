import { CommaSeparated, ServiceConfig } from '@elvis/platform';
import { SYMBOL_PATTERN, SYMBOL_RULE } from '@elvis/trading';
import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsUrl, Matches } from 'class-validator';

export class MarketDataConfig extends ServiceConfig {
  /** The futures symbols that are watched; three streams each, and an exchange connection carries at most 1024. */
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
}
