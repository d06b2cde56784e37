/** Gathers what one order is judged by, all of it from memory, and writes it down for the decision's record. */
import { SubmitOrder } from '@elvis/contracts';
import { Decimal, TradingFailure } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { CheckedOrder, Facts, RiskLimits } from '../domain/checks/check';
import { HaltMemory } from '../domain/halt-memory';
import { worstNotional, worstPrice } from '../domain/worst-price';
import { limitsOf, leverageOfSymbols } from '../limits';
import { Instruments } from '../market/instruments';
import { MarketFacts } from '../market/market-facts';
import { RiskConfig } from '../risk.config';
import { contentOf } from './order-views';

export interface Case {
  readonly order: CheckedOrder;
  readonly facts: Facts;
  readonly limits: RiskLimits;
  /** Of the trading state in `facts`, read at the same moment. */
  readonly epoch: number;
}

@Injectable()
export class OrderFacts {
  private readonly limits: RiskLimits;
  private readonly leverages;

  constructor(
    private readonly memory: HaltMemory,
    private readonly instruments: Instruments,
    private readonly market: MarketFacts,
    private readonly config: RiskConfig,
  ) {
    this.limits = limitsOf(config);
    this.leverages = leverageOfSymbols(config);
  }

  /**
   * @throws TradingFailure STATE_UNKNOWN     the stores of stops have not both been read yet
   * @throws TradingFailure VENUE_UNREACHABLE what the exchange lists is not known
   */
  gather(submitted: SubmitOrder): Case {
    if (!this.memory.isKnown) {
      throw new TradingFailure('STATE_UNKNOWN', 'Whether trading is allowed is not known yet', {
        retryAfterMs: 1_000,
      });
    }
    const content = contentOf(submitted);
    const { symbol, market, side, type, botConfigId } = content;
    const stop = this.memory.stopFor(symbol, botConfigId);
    const leverage = this.leverages.get(symbol);
    return {
      order: {
        content,
        quantity: new Decimal(content.quantity),
        price: content.price === undefined ? undefined : new Decimal(content.price),
        isReduceOnly: content.reduceOnly ?? false,
      },
      facts: {
        state: stop
          ? { state: stop.state, stopId: stop.stopId, scope: scopeText(stop.scope) }
          : { state: 'ACTIVE' },
        isSymbolTraded: leverage !== undefined,
        instrument: this.instruments.find(market, symbol),
        mark: this.market.mark(symbol),
        book: type === 'MARKET' ? this.market.book(symbol, side) : undefined,
        leverage: leverage?.leverage ?? 0,
        leverageCap: leverage?.cap,
        isLeverageOverridden: this.config.OVERRIDE_HIGH_LEVERAGE,
      },
      limits: this.limits,
      epoch: this.memory.epoch,
    };
  }
}

const scopeText = ({ type, value }: { readonly type: string; readonly value?: string }): string =>
  value === undefined ? type : `${type}:${value}`;

/** The facts and limits as they stand in the decision's event. */
export function inputsOf({ order, facts, limits, epoch }: Case): Readonly<Record<string, string>> {
  const inputs: Record<string, string> = { epoch: `${epoch}`, state: facts.state.state };
  const put = (name: string, value: { toString(): string } | undefined): void => {
    if (value !== undefined) inputs[name] = value.toString();
  };
  put('mark', facts.mark?.price.toFixed());
  put('markAgeMs', facts.mark?.ageMs);
  put('bookAgeMs', facts.book?.ageMs);
  put('worstPrice', worstPrice(order, facts)?.toFixed());
  put('notional', worstNotional(order, facts)?.toFixed());
  put('leverage', facts.leverage || undefined);
  inputs.maxOrderNotional = limits.maxOrderNotional?.toFixed() ?? 'off';
  inputs.priceCollar = limits.priceCollar?.toFixed() ?? 'off';
  inputs.maxPriceAgeMs = limits.maxPriceAgeMs?.toString() ?? 'off';
  return inputs;
}
