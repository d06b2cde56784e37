/**
 * What the exchange lists, asked of execution and kept for each market: refreshed every few seconds, retried each second
 * until it is first known. Too old a list is no list. Nothing begins before futures are known; spot may come later.
 */
import { InstrumentList, listInstruments } from '@elvis/contracts';
import { Bus, Health, LOG, Log, Rounds } from '@elvis/platform';
import { Instrument, MARKETS, Market, TradingFailure, fromInstrumentMessage } from '@elvis/trading';
import { Inject, Injectable, OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { Clock } from './clock';

/** Execution answers with nothing while it has no newer list; with its own reading none here is older than two minutes. */
const REFRESH_MS = 5_000;
const RETRY_MS = 1_000;
/** exchangeInfo changes daily at most; after this long without an answer it is not known what it says. */
const USABLE_MS = 24 * 3_600_000;

export type Assets = Pick<Instrument, 'baseAsset' | 'quoteAsset'>;

interface Listed {
  readonly bySymbol: ReadonlyMap<string, Instrument>;
  readonly byAssets: ReadonlyMap<string, Instrument>;
  readonly isTraded: boolean;
  readonly readAtMs: number;
  /** Exchange time of the list, by which a newer one is asked for. */
  readonly asOfMs?: number;
}

@Injectable()
export class Instruments implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly listed = new Map<Market, Listed>();
  private readonly rounds = MARKETS.map((market) => new Rounds(() => this.refresh(market)));

  constructor(
    private readonly bus: Bus,
    private readonly clock: Clock,
    health: Health,
    @Inject(LOG) private readonly log: Log,
  ) {
    health.require('instruments', () =>
      this.listed.has('futures') ? undefined : 'the list of instruments has not been read yet',
    );
  }

  /**
   * The instrument, or undefined if the exchange does not list it.
   *
   * @throws TradingFailure VENUE_UNREACHABLE what the exchange lists is not known
   */
  find(market: Market, symbol: string): Instrument | undefined {
    return this.usable(market).bySymbol.get(symbol);
  }

  /** The spot instrument that trades the one asset for the other. @throws TradingFailure VENUE_UNREACHABLE, as `find` */
  spotPair(baseAsset: string, quoteAsset: string): Instrument | undefined {
    return this.usable('spot').byAssets.get(pairOf({ baseAsset, quoteAsset }));
  }

  /** What a symbol trades and what it is priced in, however old the list is: that never changes. Never throws. */
  assetsOf(market: Market, symbol: string): Assets | undefined {
    return this.listed.get(market)?.bySymbol.get(symbol);
  }

  /** Whether execution takes orders of this market; not before it has said so. */
  isTraded(market: Market): boolean {
    return this.listed.get(market)?.isTraded ?? false;
  }

  onApplicationBootstrap(): void {
    for (const rounds of this.rounds) rounds.start(0);
  }

  onModuleDestroy(): void {
    for (const rounds of this.rounds) rounds.stop();
  }

  private usable(market: Market): Listed {
    const listed = this.listed.get(market);
    if (listed && this.clock.monotonicMs() - listed.readAtMs <= USABLE_MS) return listed;
    throw new TradingFailure(
      'VENUE_UNREACHABLE',
      `The list of instruments of the ${market} market has not been read yet or is too old; nothing was sent. Retry`,
      {
        retryAfterMs: RETRY_MS,
      },
    );
  }

  private accept(market: Market, { instruments, asOfMs, isMarketTraded = true }: InstrumentList): void {
    const listed = instruments.map(fromInstrumentMessage);
    this.listed.set(market, {
      bySymbol: new Map(listed.map((instrument) => [instrument.symbol, instrument])),
      byAssets: new Map(listed.map((instrument) => [pairOf(instrument), instrument])),
      isTraded: isMarketTraded,
      readAtMs: this.clock.monotonicMs(),
      asOfMs,
    });
  }

  /** Answers when to ask again. */
  private async refresh(market: Market): Promise<number> {
    try {
      const newerThanMs = this.listed.get(market)?.asOfMs;
      const reply = await this.bus.request(listInstruments, { market, newerThanMs });
      if (!reply.isUnchanged) this.accept(market, reply);
      return REFRESH_MS;
    } catch (error) {
      this.log.debug(
        { err: error, market },
        'The list of instruments could not be read from execution; retrying',
      );
    }
    return RETRY_MS;
  }
}

const pairOf = ({ baseAsset, quoteAsset }: Pick<Instrument, 'baseAsset' | 'quoteAsset'>): string =>
  `${baseAsset}/${quoteAsset}`;
