/** The fundings that were: of the past, made up around the present rate; each with the price of its moment. */
import { fromMoney, FuturesSymbol, INTERVALS } from '@elvis/simulation';
import { CandleHistory } from '../../candles/candle-history';

const EIGHT_HOURS = INTERVALS.get('8h')!;
const PPB = 1_000_000_000n;

export function fundingsOf(
  { instrument, fundingRatePpb }: FuturesSymbol,
  history: CandleHistory,
  now: number,
  startTime: number,
  limit: number,
): { readonly time: number; readonly text: string }[] {
  const span = startTime > 0 ? { startTime, limit } : { limit };
  return history.candles(EIGHT_HOURS, span, now).map(({ openTime, open, close, trades }) => {
    const scale = 10n ** BigInt(8 - instrument.priceDecimals);
    // A market that rose pays more; what a period traded moves the rate a little, so that no two are alike.
    const drift =
      (BigInt(close - open) * PPB) / BigInt(Math.max(open, 1)) / 1_000n + BigInt(trades % 97) * 100n;
    const isPresent = EIGHT_HOURS.after(openTime) > now;
    const rate = isPresent ? fundingRatePpb : fundingRatePpb + drift;
    return {
      time: openTime,
      text: `{"symbol":"${instrument.symbol}","fundingTime":${openTime},"fundingRate":"${fromMoney(rate / 10n)}","markPrice":"${fromMoney(BigInt(open) * scale)}"}`,
    };
  });
}
