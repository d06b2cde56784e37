/**
 * Writes down the mark of every symbol once a minute, so that a fee paid in a third asset can be told in quote for
 * ever after, and converts those that came before their price did.
 */
import { MarkUpdate, markFeed } from '@elvis/contracts';
import { Bus, LOG, Log, Rounds } from '@elvis/platform';
import { parsePositiveDecimal } from '@elvis/trading';
import { Inject, Injectable, OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { lockResults } from '../results/lots-store';
import { Database } from '../database/database';

const EVERY_MS = 60_000;
const OLDEST_MARK_MS = 5_000;

const RECORD = {
  name: 'record-prices',
  text: `INSERT INTO recorded_prices (symbol, recorded_at, price)
    SELECT symbol, date_trunc('minute', now()), price FROM unnest($1::text[], $2::numeric[]) AS seen (symbol, price)
    ON CONFLICT DO NOTHING`,
};
/** What is a day old and has no price by now will never have one. */
const CONVERT = {
  name: 'convert-fees',
  text: `UPDATE trades SET fee_quote = fee_in_quote(market, symbol, fee, fee_asset, price, created_at)
    WHERE fee_quote IS NULL AND created_at > now() - interval '1 day'
      AND fee_in_quote(market, symbol, fee, fee_asset, price, created_at) IS NOT NULL`,
};

@Injectable()
export class PriceRecorder implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly marks = new Map<string, string>();
  private readonly rounds = new Rounds(() => this.round());

  constructor(
    private readonly bus: Bus,
    private readonly database: Database,
    @Inject(LOG) private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    this.bus.subscribe(markFeed, (update) => this.see(update));
    this.rounds.start(EVERY_MS);
  }

  onModuleDestroy(): void {
    this.rounds.stop();
  }

  /** Writes the marks seen since the last time. */
  async record(): Promise<void> {
    const seen = [...this.marks];
    this.marks.clear();
    if (seen.length === 0) return;
    await this.database.rows(RECORD, [seen.map(([symbol]) => symbol), seen.map(([, mark]) => mark)]);
    await this.database.transaction(async (client) => {
      await lockResults(client);
      await client.query(CONVERT);
    });
  }

  private see({ symbol, mark, ageMs }: MarkUpdate): void {
    if (ageMs <= OLDEST_MARK_MS && parsePositiveDecimal(mark)) this.marks.set(symbol, mark);
  }

  /** Answers when to record again. */
  private async round(): Promise<number> {
    try {
      await this.record();
    } catch (error) {
      this.log.info(
        { reason: error instanceof Error ? error.message : error },
        'The mark prices of this minute could not be recorded; the next ones are recorded in a minute',
      );
    }
    return EVERY_MS;
  }
}
