/**
 * A run's first step: what must hold before anything of it is traded is checked. It comes again until the indicators have
 * their history; then the strategy's own start runs.
 */
import { BotStanding, DueStep, getAccount, getFreshPosition, getLeverage } from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { Decimal, InstrumentMessage, TradingFailure, floorToStep } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { BotInstruments } from '../facts/bot-instruments';
import { Plan, StepPlanner } from '../runner/plan';
import { StartRules } from './start-rules';
import { StrategyPlanner } from '../runner/strategy-planner';

/** The bot may not trade as things are; a person has to change something. */
export class StartRefused extends Error {
  override readonly name = 'StartRefused';
}

/** Of a first step before there is any candle. */
export const WAITING = { planner: 'waiting' } as const;
export const waitingOutcome = () => ({
  intents: [],
  reasons: ['checked; waiting for the first sealed candle'],
});

@Injectable()
export class StartPlanner implements StepPlanner {
  constructor(
    private readonly bus: Bus,
    private readonly instruments: BotInstruments,
    private readonly strategy: StrategyPlanner,
    private readonly rules: StartRules,
  ) {}

  /** @throws StartRefused; TradingFailure something cannot be asked now */
  async plan(standing: BotStanding, due: DueStep): Promise<Plan> {
    if (standing.state === 'STARTING') {
      await this.rules.checkBegun(standing).catch(asRefusal);
      await this.check(standing);
    }
    try {
      return await this.strategy.plan(standing, due);
    } catch (error) {
      if (!(error instanceof TradingFailure) || error.code !== 'MARKET_DATA_MISSING') throw error;
      const { orders, memory } = standing;
      const { reasons } = waitingOutcome();
      return { inputs: WAITING, intents: [], orders, reasons, memory, isWarm: false, isLate: false };
    }
  }

  /** What the bot has bought has to be there still. */
  private async checkCoin({ symbol, baseAsset, stepSize }: InstrumentMessage, held: string): Promise<void> {
    const sellable = floorToStep(new Decimal(held), new Decimal(stepSize));
    if (sellable.isZero()) return;
    const { balances } = await this.bus.request(getAccount, { market: 'spot', maxAgeMs: 0 });
    const wallet = balances.find(({ asset }) => asset === baseAsset)?.wallet ?? '0';
    if (sellable.gt(wallet))
      throw new StartRefused(
        `The bot has bought ${held} ${baseAsset} with ${symbol}, and the account has ${wallet}: the rest was sold or moved. Buy it back, or make another bot`,
      );
  }

  private async check({ config, position }: BotStanding): Promise<void> {
    const { market, symbol, leverage } = config;
    const instrument = await this.instruments.find(market, symbol);
    if (!instrument.isTrading)
      throw new StartRefused(`The exchange does not trade ${symbol} now; start the bot when it does`);
    if (market === 'spot') return this.checkCoin(instrument, position.quantity);
    const [fresh, set] = await Promise.all([
      this.bus.request(getFreshPosition, { symbol }),
      this.bus.request(getLeverage, { symbol }),
    ]);
    if (leverage > set.wanted)
      throw new StartRefused(
        `The bot is configured for leverage ${leverage}, and ${symbol} is to have ${set.wanted}; set the symbol's leverage or lower the bot's, then start it again`,
      );
    if (!new Decimal(fresh.quantity).eq(position.quantity))
      throw new StartRefused(
        `The account holds ${fresh.quantity} of ${symbol}, and the bot's own fills come to ${position.quantity}; an account has one position a symbol. Close what is not the bot's, then start it again`,
      );
  }
}

/** Two bots were started at once, and the other one came first. */
const asRefusal = (error: unknown): never => {
  const isRefusal =
    error instanceof TradingFailure &&
    (error.code === 'BOT_SYMBOL_TAKEN' || error.code === 'BOT_OVERCOMMITTED');
  throw isRefusal ? new StartRefused(error.message) : error;
};
