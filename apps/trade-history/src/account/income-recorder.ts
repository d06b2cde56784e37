/** The exchange's own bookings, fetched by way of execution and kept: funding for the figures, all for the statement. */
import { IncomeItem, listIncome } from '@elvis/contracts';
import { Bus, LOG, Log, Rounds } from '@elvis/platform';
import { Market } from '@elvis/trading';
import { Inject, Injectable, OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { Database } from '../database/database';
import { UnnestInsert, instant } from '../database/unnest';

const EVERY_MS = 5 * 60_000;
const FIRST_MS = 10_000;
const SOON_MS = 2_000;
/** How far the first look goes back; Binance answers for three months. */
const FIRST_LOOK_MS = 7 * 86_400_000;
/** A booking may show up a little after its time. */
const OVERLAP_MS = 10 * 60_000;
const PAGE = 1_000;
const HALF_DAY_MS = 12 * 3_600_000;

type StoredIncome = IncomeItem & { readonly market: Market };

const INSERT = new UnnestInsert<StoredIncome>(
  'income',
  [
    { name: 'market', type: 'text', value: ({ market }) => market },
    { name: 'type', type: 'text', value: ({ type }) => type },
    { name: 'transaction_id', type: 'text', value: ({ transactionId }) => transactionId },
    { name: 'symbol', type: 'text', value: ({ symbol }) => symbol ?? '' },
    { name: 'asset', type: 'text', value: ({ asset }) => asset },
    { name: 'amount', type: 'numeric', value: ({ amount }) => amount },
    { name: 'trade_id', type: 'text', value: ({ tradeId }) => tradeId },
    { name: 'info', type: 'text', value: ({ info }) => info },
    { name: 'created_at', type: 'timestamptz', value: ({ atMs }) => instant(atMs) },
  ],
  'ON CONFLICT DO NOTHING',
);

@Injectable()
export class IncomeRecorder implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly rounds = new Rounds(() => this.round());
  private untilMs: number | undefined;

  constructor(
    private readonly bus: Bus,
    private readonly database: Database,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** Everything that was booked until then is here, as far as the exchange told it; undefined before the first look. */
  get fetchedUntilMs(): number | undefined {
    return this.untilMs;
  }

  /** Looks again in a moment instead of at its time: something was booked that no fill tells of. */
  soon(): void {
    this.rounds.runWithin(SOON_MS);
  }

  onApplicationBootstrap(): void {
    this.rounds.start(FIRST_MS);
  }

  onModuleDestroy(): void {
    this.rounds.stop();
  }

  /**
   * Fetches and stores what was booked in `[fromMs, toMs]`.
   *
   * @throws TradingFailure SERVICE_UNREACHABLE execution is unavailable
   */
  async fetch(market: Market, fromMs: number, toMs: number): Promise<void> {
    for (let page = 1; ; page += 1) {
      const { items } = await this.bus.request(listIncome, { market, fromMs, toMs, limit: PAGE, page });
      await this.store(market, items);
      if (items.length < PAGE) return;
    }
  }

  /** What the account's spot trades of a symbol moved, in spans of half a day: the exchange answers for a day at most. */
  async fetchTrades(symbol: string, fromMs: number, toMs: number): Promise<void> {
    let from = fromMs;
    while (from <= toMs) {
      const end = Math.min(from + HALF_DAY_MS, toMs);
      const span = { market: 'spot', symbol, fromMs: from, toMs: end, limit: PAGE } as const;
      const { items } = await this.bus.request(listIncome, span);
      await this.store('spot', items);
      const trades = new Set(items.map(({ tradeId }) => tradeId));
      const last = items.at(-1)?.atMs ?? end;
      // A full page goes on from its last moment, which is asked for again: what is known is kept once.
      from = trades.size >= PAGE && last > from ? last : end + 1;
    }
  }

  private async store(market: Market, items: readonly IncomeItem[]): Promise<void> {
    if (items.length === 0) return;
    const { text, values } = INSERT.of(items.map((item) => ({ ...item, market })));
    await this.database.rows(text, values);
  }

  private async catchUp(): Promise<void> {
    const [row] = await this.database.rows<{ lastMs: number | null }>(
      `SELECT (extract(epoch FROM max(created_at)) * 1000)::float8 AS "lastMs" FROM income WHERE market = 'futures'`,
    );
    const nowMs = Date.now();
    const lastMs = row?.lastMs;
    await this.fetch('futures', lastMs ? Math.floor(lastMs) - OVERLAP_MS : nowMs - FIRST_LOOK_MS, nowMs);
    this.untilMs = nowMs;
  }

  private async round(): Promise<number> {
    try {
      await this.catchUp();
    } catch (error) {
      this.log.info(
        { reason: error instanceof Error ? error.message : error },
        'The income bookings of the account could not be fetched from the exchange or stored; retrying',
      );
    }
    return EVERY_MS;
  }
}
