/** Evidence that stands in the database. Each item names its question, with the values it was asked with. */
import {
  AuditRow,
  BacktestRow,
  InterruptionRow,
  Item,
  MarketDayRow,
  PaperDayRow,
  ProblemRow,
  ProofRow,
  StepsRow,
  TradeRow,
  TrialRow,
  UnprotectedRow,
} from '@elvis/clearance';
import { BotConfigView, ProofKind } from '@elvis/contracts';
import { intervalLengthMs } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { examineAudit } from '../../audit/examine';
import { Database } from '../../database/database';
import { TradeHistoryConfig } from '../../trade-history.config';
import * as sql from './questions';

/** The longest one: none shorter is counted as missed. */
const MONTH_MS = 31 * 86_400_000;

/** From when on a bot is judged by what it did: the first run of what it is now. */
export interface Period {
  readonly botConfigId: string;
  /** ISO 8601; null where no run of it began. */
  readonly from: string | null;
  readonly auditFrom: number | null;
  readonly auditTo: number | null;
}

@Injectable()
export class StoredEvidence {
  constructor(
    private readonly database: Database,
    private readonly config: TradeHistoryConfig,
  ) {}

  async period({ id }: BotConfigView, code: string): Promise<Period> {
    const [row] = await this.database.rows<{ from: string | null }>(sql.PERIOD, [id, code]);
    const from = row?.from ?? null;
    const [range] = from === null ? [] : await this.database.rows<Range>(sql.AUDIT_RANGE, [from]);
    return { botConfigId: id, from, auditFrom: range?.first ?? null, auditTo: range?.last ?? null };
  }

  async audit(): Promise<Item<AuditRow>> {
    const { entries, first, last, checkpoints, fault } = await examineAudit(
      (text, values) => this.database.rows(text, values),
      this.config.AUDIT_FOLDER,
    );
    const row = {
      entries,
      first,
      last,
      checkpoints,
      fault: fault ? `${fault.kind} at ${fault.seq}: ${fault.reason}` : null,
    };
    return { query: 'npm run audit:verify', auditFrom: first, auditTo: last, rows: [row] };
  }

  async proofs(kind: ProofKind): Promise<Item<ProofRow>> {
    const rows = await this.database.rows<ProofRow & { auditSeq: number }>(sql.PROOFS, [kind]);
    return {
      query: asked(sql.PROOFS, [kind]),
      auditFrom: rows[0]?.auditSeq ?? null,
      auditTo: rows.at(-1)?.auditSeq ?? null,
      rows: rows.map(({ auditSeq: _, ...row }) => row),
    };
  }

  async problems(): Promise<Item<ProblemRow>> {
    const rows = await this.database.rows<ProblemRow & object>(sql.PROBLEMS);
    return { query: asked(sql.PROBLEMS, []), auditFrom: null, auditTo: null, rows };
  }

  trades = (period: Period): Promise<Item<TradeRow>> => this.ofPeriod(sql.TRADES, period);
  paperDays = (period: Period): Promise<Item<PaperDayRow>> => this.ofPeriod(sql.PAPER_DAYS, period);
  unprotected = (period: Period): Promise<Item<UnprotectedRow>> => this.ofPeriod(sql.UNPROTECTED, period);
  interruptions = (period: Period): Promise<Item<InterruptionRow>> =>
    this.ofPeriod(sql.INTERRUPTIONS, period);
  marketDays = (period: Period, { market, symbol }: BotConfigView): Promise<Item<MarketDayRow>> =>
    this.ofPeriod(sql.MARKET_DAYS, period, [market, symbol]);
  steps = (period: Period, { interval }: BotConfigView): Promise<Item<StepsRow>> =>
    this.ofPeriod(sql.STEPS, period, [interval === '1M' ? MONTH_MS : intervalLengthMs(interval)]);

  /** The newest finished backtest of exactly this code and these parameters, whoever ran it. */
  async backtest(
    { strategy, symbol, interval, parameters }: BotConfigView,
    code: string,
  ): Promise<Item<BacktestRow & { readonly depth: Depth | null }>> {
    const values = [strategy, seriesOf({ strategy, symbol, interval }), code];
    const rows = await this.database.rows<StoredBacktestRow>(sql.BACKTESTS, values);
    const wanted = asTexts(parameters ?? {});
    const found = rows.filter(({ params }) => asTexts(params) === wanted).slice(0, 1);
    return {
      query: `${asked(sql.BACKTESTS, values)}, of these the newest with the parameters ${wanted}`,
      auditFrom: null,
      auditTo: null,
      rows: found.map(({ params: _, evidence, ...row }) => ({ ...row, ...evidence })),
    };
  }

  /** Of everybody: who tried it does not matter to luck. */
  async trials(bot: BotConfigView): Promise<Item<TrialRow>> {
    const values = [seriesOf(bot)];
    const rows = await this.database.rows<TrialRow & object>(sql.TRIALS, values);
    return {
      query: asked(sql.TRIALS, values),
      auditFrom: rows[0]?.auditSeq ?? null,
      auditTo: rows.at(-1)?.auditSeq ?? null,
      rows,
    };
  }

  private async ofPeriod<Row extends object>(
    question: string,
    { botConfigId, from, auditFrom, auditTo }: Period,
    more: readonly unknown[] = [],
  ): Promise<Item<Row>> {
    const values = [botConfigId, from, ...more];
    const rows = from === null ? [] : await this.database.rows<Row>(question, values);
    return { query: asked(question, values), auditFrom, auditTo, rows };
  }
}

interface Range {
  readonly first: number;
  readonly last: number;
}

export interface Depth {
  readonly orderBooks: number;
  readonly notional: number;
}

type StoredBacktestRow = Pick<BacktestRow, 'id' | 'dataHash' | 'buildHash'> & {
  readonly params: Readonly<Record<string, unknown>>;
  readonly evidence: Omit<BacktestRow, 'id' | 'dataHash' | 'buildHash'> & { readonly depth: Depth | null };
};

/** Under this name its trials are counted. */
const seriesOf = ({
  strategy,
  symbol,
  interval,
}: Pick<BotConfigView, 'strategy' | 'symbol' | 'interval'>): string => `${strategy} ${symbol} ${interval}`;

/** The command line writes numbers as text. */
const asTexts = (parameters: Readonly<Record<string, unknown>>): string =>
  JSON.stringify(
    Object.entries(parameters)
      .map(([name, value]) => [name, String(value)])
      .sort(([one = ''], [other = '']) => (one < other ? -1 : 1)),
  );

/** On one line, with its values. */
const asked = (question: string, values: readonly unknown[]): string =>
  `${question.replace(/\s+/g, ' ').trim()}${values.length === 0 ? '' : ` ${JSON.stringify(values)}`}`;
