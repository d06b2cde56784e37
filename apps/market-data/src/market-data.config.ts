import { HOST_NAME, TRADING_MODES, TradingMode, exchangeUrls, tradingHostProblems } from '@elvis/binance';
import { ProductOfSymbol, readProductOfSymbol } from '@elvis/coinbase';
import { CommaSeparated, SelfChecking, ServiceConfig } from '@elvis/platform';
import { Market, SYMBOL_PATTERN, SYMBOL_RULE } from '@elvis/trading';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsIn,
  IsInt,
  IsOptional,
  IsUrl,
  Matches,
  Max,
  Min,
  ValidateBy,
} from 'class-validator';

/** Each `SYMBOL:PRODUCT`, no symbol twice. */
const AreProductsOfSymbols = (): PropertyDecorator =>
  ValidateBy({
    name: 'areProductsOfSymbols',
    validator: {
      validate: (value: unknown) => {
        const symbols = (value as readonly string[]).map((text) => readProductOfSymbol(text)?.symbol);
        return symbols.every((symbol) => symbol !== undefined) && new Set(symbols).size === symbols.length;
      },
      defaultMessage: () =>
        '$property must be pairs such as BTCUSDT:BTC-USD, with commas between and no symbol twice',
    },
  });

export class MarketDataConfig extends ServiceConfig implements SelfChecking {
  /** The futures symbols that are always followed; two streams each on a connection that carries at most 1024. */
  @CommaSeparated()
  @ArrayMinSize(1)
  @ArrayMaxSize(500)
  @ArrayUnique()
  @Matches(SYMBOL_PATTERN, {
    each: true,
    message: `SYMBOLS, a list with commas between: each ${SYMBOL_RULE}`,
  })
  readonly SYMBOLS: readonly string[] = ['BTCUSDT', 'ETHUSDT'];

  /** Origin of the market streams; `/public` and `/market` are appended. */
  @IsUrl({ protocols: ['ws', 'wss'], require_protocol: true, require_tld: false })
  readonly BINANCE_FUTURES_WS_URL!: string;

  /** Origin of the spot market streams, such as `wss://stream.binance.com:9443`. Spot is followed where it is named. */
  @IsOptional()
  @IsUrl({ protocols: ['ws', 'wss'], require_protocol: true, require_tld: false })
  readonly BINANCE_SPOT_STREAM_URL?: string;

  /** How many symbols beside SYMBOLS are followed at once because clients watch them. */
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(100)
  readonly MARKET_MAX_SYMBOLS: number = 20;

  /** For how long a feed is followed after it was last wanted; it is said again every 5 s. Milliseconds. */
  @Type(() => Number)
  @IsInt()
  @Min(6_000)
  @Max(600_000)
  readonly FEED_LINGER_MS: number = 30_000;

  /**
   * Coinbase's market data, as a second opinion on prices: `wss://advanced-trade-ws.coinbase.com`. No key; no order ever
   * goes there. Nothing is compared where it is not set.
   */
  @IsOptional()
  @IsUrl({ protocols: ['ws', 'wss'], require_protocol: true, require_tld: false })
  readonly COINBASE_WS_URL?: string;

  /** Which product there is compared with which of our SYMBOLS. */
  @CommaSeparated()
  @AreProductsOfSymbols()
  readonly COINBASE_PRODUCTS: readonly string[] = ['BTCUSDT:BTC-USD', 'ETHUSDT:ETH-USD'];

  /** After a start it is compared for so long before a divergence is told: their usual distance has to become known. */
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(86_400_000)
  readonly REFERENCE_WARM_UP_MS: number = 300_000;

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

  /** A minute without a later trade is sealed when the exchange's clock is so far past its end. Milliseconds. */
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(30_000)
  readonly CANDLE_GRACE_MS: number = 1_500;

  /** The markets that are followed, each with the origin of its streams. */
  marketOrigins(): readonly (readonly [Market, string])[] {
    const spot = this.BINANCE_SPOT_STREAM_URL;
    return [
      ['futures', this.BINANCE_FUTURES_WS_URL],
      ...(spot === undefined ? [] : [['spot', spot] as const]),
    ];
  }

  /** The symbols that are followed and have a product at the reference venue. */
  references(): readonly ProductOfSymbol[] {
    return this.COINBASE_PRODUCTS.flatMap((text) => readProductOfSymbol(text) ?? []).filter(({ symbol }) =>
      this.SYMBOLS.includes(symbol),
    );
  }

  problems(): string[] {
    return tradingHostProblems({
      mode: this.TRADING_MODE,
      urls: exchangeUrls(this),
      allowed: this.ALLOW_HOST,
    });
  }
}
