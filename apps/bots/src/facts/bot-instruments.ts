/** What may be traded, as execution has it; asked again after a minute. */
import { listInstruments } from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { InstrumentMessage, Market, TradingFailure } from '@elvis/trading';
import { Injectable } from '@nestjs/common';

const KEPT_MS = 60_000;

@Injectable()
export class BotInstruments {
  private readonly known = new Map<string, { readonly instrument: InstrumentMessage; readonly at: number }>();

  constructor(private readonly bus: Bus) {}

  /** @throws TradingFailure INSTRUMENT_NOT_FOUND, or execution does not answer and nothing is known */
  async find(market: Market, symbol: string): Promise<InstrumentMessage> {
    const key = `${market}:${symbol}`;
    const known = this.known.get(key);
    if (known && performance.now() - known.at < KEPT_MS) return known.instrument;
    try {
      const { instruments } = await this.bus.request(listInstruments, { market, symbol });
      const instrument = instruments.find((each) => each.symbol === symbol);
      if (!instrument)
        throw new TradingFailure('INSTRUMENT_NOT_FOUND', `The exchange does not list ${symbol} (${market})`);
      this.known.set(key, { instrument, at: performance.now() });
      return instrument;
    } catch (error) {
      if (known) return known.instrument;
      throw error;
    }
  }
}
