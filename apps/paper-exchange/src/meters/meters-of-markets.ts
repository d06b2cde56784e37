/** The meters of the three markets, with the limits that the configuration gives them. */
import { windowRule } from '@elvis/simulation';
import { PaperExchangeConfig } from '../paper-exchange.config';
import { MarketMeters } from './market-meters';

const FIRST_BAN_MS = 120_000;
const LONGEST_BAN_MS = 3 * 86_400_000;

export function metersOf(config: PaperExchangeConfig) {
  const scale = config.PAPER_WINDOW_SCALE;
  const bans = {
    refusalsBeforeBan: config.PAPER_REFUSALS_BEFORE_BAN,
    firstBanMs: FIRST_BAN_MS * scale,
    longestBanMs: LONGEST_BAN_MS * scale,
  };
  return {
    futures: new MarketMeters({
      weight: windowRule('MINUTE', 1, config.PAPER_WEIGHT_1M, scale),
      orders: [
        windowRule('SECOND', 10, config.PAPER_ORDERS_10S, scale),
        windowRule('MINUTE', 1, config.PAPER_ORDERS_1M, scale),
      ],
      bans,
    }),
    spot: new MarketMeters({
      weight: windowRule('MINUTE', 1, config.PAPER_SPOT_WEIGHT_1M, scale),
      orders: [
        windowRule('SECOND', 10, config.PAPER_SPOT_ORDERS_10S, scale),
        windowRule('DAY', 1, config.PAPER_SPOT_ORDERS_1D, scale),
      ],
      bans,
    }),
    sapi: new MarketMeters({ weight: windowRule('MINUTE', 1, 12_000, scale), orders: [], bans }),
  };
}
