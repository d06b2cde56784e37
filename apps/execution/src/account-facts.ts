/** Facts about account and instruments for the other services, fetched once for all who ask at the same time. */
import { AccountView } from '@elvis/contracts';
import { Instrument, InstrumentMessage, Market, TradingFailure, toInstrumentMessage } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { AccountMode } from './account-mode';
import { Venue } from './venue';

/** Dashboards poll; the exchange's weight is not theirs to spend. */
const ACCOUNT_FRESH_MS = 1_000;
const INSTRUMENTS_FRESH_MS = 3_600_000;

interface Kept<Fact> {
  readonly fact: Promise<Fact>;
  readonly askedAt: number;
}

@Injectable()
export class AccountFacts {
  private readonly accounts = new Map<Market, Kept<AccountView>>();
  private readonly instruments = new Map<Market, Kept<readonly Instrument[]>>();

  constructor(
    private readonly venue: Venue,
    private readonly mode: AccountMode,
  ) {}

  /** At most a second old, or as old as whoever asks allows. @throws TradingFailure */
  async account(market: Market, maxAgeMs = ACCOUNT_FRESH_MS): Promise<AccountView> {
    const view = await keep(this.accounts, market, Math.min(maxAgeMs, ACCOUNT_FRESH_MS), () =>
      this.venue.account(market),
    );
    return market === 'futures' ? { ...view, modes: this.mode.current } : view;
  }

  /** @throws TradingFailure INSTRUMENT_NOT_FOUND */
  async instrumentsOf(market: Market, symbol?: string): Promise<InstrumentMessage[]> {
    const all = await keep(this.instruments, market, INSTRUMENTS_FRESH_MS, () =>
      this.venue.instruments(market),
    );
    const chosen = symbol === undefined ? all : all.filter((instrument) => instrument.symbol === symbol);
    if (symbol !== undefined && chosen.length === 0) {
      throw new TradingFailure('INSTRUMENT_NOT_FOUND', `The exchange has no ${market} instrument ${symbol}`);
    }
    return chosen.map(toInstrumentMessage);
  }
}

function keep<Fact>(
  store: Map<Market, Kept<Fact>>,
  market: Market,
  freshMs: number,
  ask: () => Promise<Fact>,
): Promise<Fact> {
  const kept = store.get(market);
  if (kept && performance.now() - kept.askedAt < freshMs) return kept.fact;
  const fact = ask();
  store.set(market, { fact, askedAt: performance.now() });
  fact.catch(() => store.delete(market));
  return fact;
}
