/** Judgements: begun, and carried out one after another. */
import { Asked, exportOf, goNoGoHtml, goNoGoReport, reportText, sha256 } from '@elvis/clearance';
import { BotConfigView, GoNoGoPaper, GoNoGoRun, RunGoNoGo, goNoGoJudged } from '@elvis/contracts';
import { LOG, Log } from '@elvis/platform';
import { TradingFailure } from '@elvis/trading';
import { Inject, Injectable } from '@nestjs/common';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { CONFIG_COLUMNS } from '../bots/bot-config-rows';
import { statement } from '../database/conditions';
import { Database } from '../database/database';
import { TradeHistoryConfig } from '../trade-history.config';
import { ClearanceOutbox } from './clearance-outbox';
import { EvidenceCollector } from './evidence/evidence-collector';
import { StoredRuns } from './stored-runs';

const pack = promisify(gzip);
const REHEARSAL_SEEDS = 25;
const CONFIG_OF = statement(
  `SELECT ${CONFIG_COLUMNS} FROM bot_configs WHERE id = $1 AND owner = $2 AND deleted_at IS NULL`,
);

@Injectable()
export class GoNoGoRuns {
  private last: Promise<void> = Promise.resolve();

  constructor(
    private readonly database: Database,
    private readonly stored: StoredRuns,
    private readonly collector: EvidenceCollector,
    private readonly outbox: ClearanceOutbox,
    private readonly config: TradeHistoryConfig,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** @throws TradingFailure BOT_NOT_FOUND */
  async begin(wish: RunGoNoGo): Promise<GoNoGoRun> {
    const bot = wish.botConfigId === undefined ? undefined : await this.bot(wish.botConfigId, wish.owner);
    if (await this.stored.begin(wish)) this.last = this.last.then(() => this.carryOut(wish, bot));
    return this.stored.get({ id: wish.id });
  }

  private async bot(id: string, owner: string): Promise<BotConfigView> {
    const [bot] = await this.database.rows<BotConfigView & object>(CONFIG_OF, [id, owner]);
    if (bot) return bot;
    throw new TradingFailure('BOT_NOT_FOUND', 'None of your bots has this id; nothing was judged. Check it');
  }

  private async carryOut({ id, actor, owner }: RunGoNoGo, bot: BotConfigView | undefined): Promise<void> {
    try {
      const evidence = await this.collector.of(bot, Date.now());
      const asked = this.asked(id);
      const report = goNoGoReport(asked, evidence);
      const text = reportText(report);
      const reportHash = sha256(text);
      const papers: Record<GoNoGoPaper, string> = {
        'report.json': text,
        'report.html': goNoGoHtml(report),
        'export.json': `${JSON.stringify(exportOf(asked, evidence))}\n`,
      };
      const packed = await Promise.all(
        Object.entries(papers).map(
          async ([paper, content]) => [paper as GoNoGoPaper, await pack(content)] as const,
        ),
      );
      const data = {
        runId: id,
        botConfigId: bot?.id ?? null,
        owner,
        verdict: report.verdict,
        missing: report.missing,
        reportHash,
        atMs: evidence.asOfMs,
      };
      await this.database.transaction(async (client) => {
        await this.stored.finish(client, report, reportHash, packed);
        await this.outbox.write(client, goNoGoJudged, { id: `clearance.judged:${id}`, actor, data });
      });
      this.outbox.soon();
    } catch (error) {
      this.log.warn({ err: error, runId: id }, 'A go/no-go judgement could not be finished; judge again');
      const problem = error instanceof Error ? error.message : String(error);
      await this.stored.fail(id, problem).catch(() => undefined);
    }
  }

  private asked(runId: string): Asked {
    const { config } = this;
    return {
      runId,
      twoPerson: config.GO_TWO_PERSON === 'true',
      onePersonBecause: config.GO_ONE_PERSON_REASON,
      thresholds: {
        paperDays: config.GO_PAPER_DAYS,
        paperTrades: config.GO_PAPER_TRADES,
        shortfallBps: config.GO_SHORTFALL_BPS,
        acceptedLoss: config.GO_ACCEPTED_LOSS,
        rehearsalSeeds: REHEARSAL_SEEDS,
        winRateOffBecause: config.GO_WIN_RATE_OFF_REASON,
      },
    };
  }
}
