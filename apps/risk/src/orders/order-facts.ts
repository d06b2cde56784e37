/** Gathers what one order is judged by, all of it from memory, and writes it down for the decision's record. */
import { SubmitOrder, contentOf } from '@elvis/contracts';
import {
  checkedOrder,
  CheckedOrder,
  ExposureFigures,
  exposureLimits,
  limitsWithin,
  Facts,
  Pairs,
  RiskLimits,
  worstNotional,
  worstPrice,
} from '@elvis/rules';
import { Decimal, Instrument, OrderContent, TradingFailure } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { OverridableCode, withoutLimit } from '../limits/domain/override';
import { AccountFeed } from '../facts/account-feed';
import { Clock } from '../facts/clock';
import { LossMeter } from '../facts/loss-meter';
import { HaltMemory } from '../kill-switch/domain/halt-memory';
import { FleetVersions } from '../fleet/fleet-versions';
import { LeverageChanges } from '../leverage/leverage-changes';
import { RuntimeLimits } from '../limits/runtime-limits';
import { Instruments } from '../facts/instruments';
import { MarketFacts } from '../facts/market-facts';
import { ReferenceFacts } from '../facts/reference-facts';
import { SpotFacts } from '../facts/spot-facts';
import { RiskConfig } from '../risk.config';
import { Wanted } from '../exposure/reserve-request';

/** What is asked of a bot's order before. */
export type OfBot = Pick<Facts, 'leasedTo' | 'clearance'>;

export interface Case {
  readonly order: CheckedOrder;
  readonly facts: Facts;
  readonly limits: RiskLimits;
  /** Of the trading state in `facts`, read at the same moment. */
  readonly epoch: number;
  /** The limit that a person has lifted for this order; `limits` is without it. */
  readonly lifted?: OverridableCode;
  /** Redis was unavailable: the figures are the exchange's own, of that moment. */
  readonly judgedOn?: 'fresh-position';
  /** What stood in the structure when the order was reserved, or refused there. */
  readonly figures?: ExposureFigures;
}

@Injectable()
export class OrderFacts {
  constructor(
    private readonly memory: HaltMemory,
    private readonly instruments: Instruments,
    private readonly market: MarketFacts,
    private readonly references: ReferenceFacts,
    private readonly spot: SpotFacts,
    private readonly account: AccountFeed,
    private readonly losses: LossMeter,
    private readonly leverage: LeverageChanges,
    private readonly limits: RuntimeLimits,
    private readonly builds: FleetVersions,
    private readonly clock: Clock,
    private readonly config: RiskConfig,
  ) {}

  /**
   * @throws TradingFailure STATE_UNKNOWN     the stores of stops have not both been read yet
   * @throws TradingFailure STORE_UNAVAILABLE which builds are running is not known
   * @throws TradingFailure LIMITS_UNKNOWN    what was changed while running has not been read yet
   * @throws TradingFailure VENUE_UNREACHABLE what the exchange lists is not known
   */
  gather(submitted: SubmitOrder, lifted?: OverridableCode, of?: OfBot): Case {
    return this.gatherFor(contentOf(submitted), lifted, of);
  }

  gatherFor(content: OrderContent, lifted?: OverridableCode, { leasedTo, clearance }: OfBot = {}): Case {
    if (!this.memory.isKnown) {
      throw new TradingFailure(
        'STATE_UNKNOWN',
        'It is not known yet whether trading is allowed; nothing was sent. Retry',
        {
          retryAfterMs: 1_000,
        },
      );
    }
    const { symbol, market, botConfigId } = content;
    const stop = this.memory.stopFor(symbol, botConfigId);
    const leverage = this.limits.leverageOfSymbols.get(symbol);
    const instrument = this.instruments.find(market, symbol);
    return {
      order: checkedOrder(content),
      facts: {
        nowMs: this.clock.nowMs(),
        state: stop
          ? { state: stop.state, stopId: stop.stopId, scope: scopeText(stop.scope) }
          : { state: 'ACTIVE' },
        isSymbolTraded: leverage !== undefined,
        isMarketTraded: this.instruments.isTraded(market),
        instrument,
        leverage: leverage?.leverage ?? 0,
        leverageCap: leverage?.cap,
        isLeverageOverridden: this.config.OVERRIDE_HIGH_LEVERAGE,
        ...(market === 'spot' ? this.onSpot(content, instrument) : this.onFutures(content, instrument)),
        reference: this.references.fact(symbol),
        loss: this.losses.fact,
        ...(leasedTo !== undefined && { leasedTo }),
        ...(clearance && { clearance }),
        buildsDisagree: content.reduceOnly ? this.builds.disagreement : this.builds.required(),
      },
      limits: limitsWithin(
        lifted ? withoutLimit(this.limits.current, lifted) : this.limits.current,
        clearance,
      ),
      epoch: this.memory.epoch,
      ...(lifted && { lifted }),
    };
  }

  /** Brings what is asked for order by order up to date; what does not come in time is missing or stale. */
  async prepare({ market, symbol }: Pick<OrderContent, 'market' | 'symbol'>, isAnew = false): Promise<void> {
    if (market === 'spot' && this.instruments.isTraded('spot')) await this.spot.look(symbol, isAnew);
  }

  private onFutures({ symbol, side, type }: OrderContent, instrument: Instrument | undefined): MarketSide {
    return {
      mark: this.market.mark(symbol),
      book: type === 'MARKET' ? this.market.book(symbol, side) : undefined,
      brackets: this.leverage.bracketsOf(symbol),
      account: this.account.fact(instrument?.quoteAsset),
    };
  }

  private onSpot({ symbol, side, type }: OrderContent, instrument: Instrument | undefined): MarketSide {
    return {
      mark: this.spot.price(symbol),
      book: type === 'MARKET' ? this.spot.book(symbol, side) : undefined,
      funds: this.spot.funds(side === 'BUY' ? instrument?.quoteAsset : instrument?.baseAsset),
    };
  }

  /** What the reservation judges by: the caps, what everything held is worth, and on spot what the order spends. */
  stakeOf({ order, facts, limits }: Case): Pick<Wanted, 'limits' | 'marks' | 'funds'> {
    const marks: Record<string, readonly [number, number]> = {};
    const held = this.account.latest?.account.positions;
    for (const [symbol, { leverage }] of this.limits.leverageOfSymbols) {
      const mark = this.freshMark(symbol, limits.maxPriceAgeMs) ?? held?.get(symbol)?.mark;
      if (mark) marks[`futures:${symbol}`] = [mark.toNumber(), leverage];
    }
    for (const [symbol, { mark, leverage }] of held ?? []) {
      if (mark) marks[`futures:${symbol}`] ??= [mark.toNumber(), leverage ?? 1];
    }
    for (const [symbol, mark] of this.account.closedMarks)
      marks[`futures:${symbol}`] ??= [mark.toNumber(), 1];
    if (this.instruments.isTraded('spot')) {
      // Spot stays close to futures: without a price of its own what is held there is worth what it is worth here.
      for (const symbol of this.limits.leverageOfSymbols.keys()) {
        const price = this.spot.price(symbol);
        const ofFutures = this.areSameAssets(symbol) ? marks[`futures:${symbol}`]?.[0] : undefined;
        const isFresh = price && price.ageMs <= (limits.maxPriceAgeMs ?? Infinity);
        const worth = isFresh ? price.price.toNumber() : ofFutures;
        if (worth !== undefined) marks[`spot:${symbol}`] = [worth, 1];
      }
    }
    const stake = { limits: exposureLimits(limits, facts), marks };
    if (!facts.funds) return stake;
    const price = order.content.side === 'BUY' ? worstPrice(order, facts) : 1;
    const needed = order.quantity.times(price ?? 0);
    return { ...stake, funds: { ...facts.funds, needed, pairs: this.spotPairs() } };
  }

  /** By the exchange's list; a symbol that is not listed is left out, and then may spend anything. */
  private spotPairs(): Pairs {
    const symbols = [...this.limits.leverageOfSymbols.keys()];
    return Object.fromEntries(
      symbols.flatMap((symbol) => {
        const assets = this.instruments.assetsOf('spot', symbol);
        return assets ? [[`spot:${symbol}`, [assets.baseAsset, assets.quoteAsset] as const]] : [];
      }),
    );
  }

  private areSameAssets(symbol: string): boolean {
    const [spot, futures] = [
      this.instruments.assetsOf('spot', symbol),
      this.instruments.assetsOf('futures', symbol),
    ];
    return spot?.baseAsset === futures?.baseAsset && spot?.quoteAsset === futures?.quoteAsset;
  }

  private freshMark(symbol: string, maximumAgeMs: number | undefined): Decimal | undefined {
    const mark = this.market.mark(symbol);
    return mark && (maximumAgeMs === undefined || mark.ageMs <= maximumAgeMs) ? mark.price : undefined;
  }
}

/** What is another's on each market. */
type MarketSide = Pick<Facts, 'mark' | 'book' | 'brackets' | 'account' | 'funds'>;

const scopeText = ({ type, value }: { readonly type: string; readonly value?: string }): string =>
  value === undefined ? type : `${type}:${value}`;

/** The facts and limits as they stand in the decision's event. */
export function inputsOf({
  order,
  facts,
  limits,
  epoch,
  lifted,
  judgedOn,
  figures,
}: Case): Readonly<Record<string, string>> {
  const inputs: Record<string, string> = { epoch: `${epoch}`, state: facts.state.state };
  const put = (name: string, value: { toString(): string } | undefined): void => {
    if (value !== undefined) inputs[name] = value.toString();
  };
  put('override', lifted);
  put('judgedOn', judgedOn);
  put('mark', facts.mark?.price.toFixed());
  put('markAgeMs', facts.mark?.ageMs);
  put('bookAgeMs', facts.book?.ageMs);
  put('divergence', facts.reference?.compared?.divergence.toFixed());
  put('referencePrice', facts.reference?.price.toFixed());
  put('referenceAgeMs', facts.reference?.ageMs);
  put('worstPrice', worstPrice(order, facts)?.toFixed());
  put('notional', worstNotional(order, facts)?.toFixed());
  put('leverage', order.content.market === 'futures' ? facts.leverage || undefined : undefined);
  put('equity', facts.account?.equity.toFixed());
  put('free', facts.account?.free.toFixed());
  put('accountAgeMs', facts.account?.ageMs ?? facts.funds?.ageMs);
  put('spends', facts.funds?.asset);
  put('locked', facts.funds?.locked.toFixed());
  put('lossToday', facts.loss?.today.toFixed());
  put('drawdown', facts.loss?.drawdown.toFixed());
  for (const [name, value] of Object.entries(figures ?? {})) put(name, value as string | number);
  for (const name of LIMIT_NAMES) {
    const limit = limits[name];
    inputs[name] = limit === undefined ? 'off' : typeof limit === 'number' ? `${limit}` : limit.toFixed();
  }
  return inputs;
}

/** Every limit that an order is judged by: the compiler asks for a new one. Rejects in a row judge no order. */
type JudgingLimit = Exclude<keyof RiskLimits, 'maxConsecutiveRejects'>;
const LIMIT_NAMES = Object.keys({
  maxOrderNotional: true,
  priceCollar: true,
  maxPriceAgeMs: true,
  maxVenueDivergence: true,
  maxPositionNotional: true,
  maxGrossNotional: true,
  maxOpenOrders: true,
  maxOrdersPerSecond: true,
  duplicateWindowMs: true,
  maxDailyLoss: true,
  maxDrawdown: true,
} satisfies Record<JudgingLimit, true>) as JudgingLimit[];
