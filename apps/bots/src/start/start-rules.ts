/**
 * What bots leave each other: a symbol each, and no more capital than there is. A start is checked against all others, and
 * once more in the run's first step against those that began before it: records of one stream have one order, so of two
 * starts at once the later sees the earlier, and is refused.
 */
import { BotConfigView, BotStanding } from '@elvis/contracts';
import { TradingFailure } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { BotEntry, BotJournal } from '../journal/bot-journal';
import { BotStandings } from '../journal/bot-standings';
import { isUnderWay } from '../journal/changes';
import { Commitment } from './commitment';

@Injectable()
export class StartRules {
  constructor(
    private readonly journal: BotJournal,
    private readonly standings: BotStandings,
    private readonly commitment: Commitment,
  ) {}

  /**
   * @param own how the bot stood after its last run
   * @throws TradingFailure BOT_SYMBOL_TAKEN, BOT_OVERCOMMITTED, or the journal or the account cannot be read now
   */
  async check(config: BotConfigView, own: BotStanding | undefined): Promise<void> {
    await this.checkBeside(config, own, await this.others(config.id));
  }

  /** Of a run that has begun. @throws TradingFailure as `check` */
  async checkBegun({ config, run }: BotStanding): Promise<void> {
    const own = await this.journal.last(config.id);
    if (own?.standing.run !== run) return;
    const beganAt = await this.beganAt(own);
    const before: BotEntry[] = [];
    for (const other of await this.others(config.id))
      if (isChecked(other.standing) || (await this.beganAt(other)) < beganAt) before.push(other);
    await this.checkBeside(config, own.standing, before);
  }

  private async checkBeside(
    config: BotConfigView,
    own: BotStanding | undefined,
    others: readonly BotEntry[],
  ): Promise<void> {
    const standings = others.map(({ standing }) => standing);
    requireFree(config, standings);
    await this.commitment.require(config, own, standings);
  }

  private async others(id: string): Promise<readonly BotEntry[]> {
    const all = await this.standings.all();
    return all.filter(({ standing }) => standing.config.id !== id);
  }

  /** The place of its run's first record among those of all bots. */
  private async beganAt(last: BotEntry): Promise<number> {
    for (let entry: BotEntry | undefined = last; entry; entry = await this.journal.at(entry.record.previous))
      if (entry.record.type === 'RUN') return entry.sequence;
    return 0;
  }
}

/** Its first step was taken: whoever begins now comes later. */
const isChecked = ({ state, lastStep }: BotStanding): boolean => state !== 'STARTING' || lastStep !== null;

/** One bot a market and symbol: two bots' positions would be one. */
function requireFree({ market, symbol }: BotConfigView, others: readonly BotStanding[]): void {
  const isTaken = others.some(
    (other) => isUnderWay(other) && other.config.market === market && other.config.symbol === symbol,
  );
  if (isTaken)
    throw new TradingFailure(
      'BOT_SYMBOL_TAKEN',
      `Another bot runs on ${symbol} (${market}); the account has one position a symbol. Stop that one first`,
    );
}
