/** Gathers what is known of a bot, or of the installation, from the database and from the services that know the rest. */
import {
  DepthRow,
  Evidence,
  InterruptionRow,
  Item,
  LimitRow,
  ParityRow,
  ProofRow,
  SubjectRow,
  boundFields,
  missing,
} from '@elvis/clearance';
import {
  BotConfigView,
  BotStepDifference,
  LimitsView,
  RunningCode,
  getBotParity,
  getLimits,
  getRunningCode,
  listInstruments,
} from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { TradingFailure } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { Period, StoredEvidence } from './stored-evidence';

/** A parity runs the bot's candles again. */
export const PARITY_WITHIN = { timeoutMs: 60_000 } as const;
const NONE: Item<never> = { query: 'asked of a bot alone', auditFrom: null, auditTo: null, rows: [] };
const NO_LIVE = missing(
  'live fills beside their twins on paper',
  'no live fills: only trading in GO_LIMITED brings them',
);

@Injectable()
export class EvidenceCollector {
  constructor(
    private readonly stored: StoredEvidence,
    private readonly bus: Bus,
  ) {}

  /** @throws TradingFailure what a clearance is bound to cannot be asked now */
  async of(bot: BotConfigView | undefined, nowMs: number): Promise<Evidence> {
    const [running, limits] = await Promise.all([
      this.bus.request(getRunningCode, bot ? { strategy: bot.strategy } : {}),
      this.bus.request(getLimits, {}),
    ]);
    const [audit, rehearsals, testnet, drills, doctor, problems] = await Promise.all([
      this.stored.audit(),
      this.stored.proofs('rehearsal'),
      this.stored.proofs('testnet'),
      this.stored.proofs('drill'),
      this.stored.proofs('doctor'),
      this.stored.problems(),
    ]);
    const system = {
      schema: 'elvis.go-no-go.evidence/1',
      asOfMs: nowMs,
      audit,
      rehearsals,
      testnet,
      drills,
      doctor,
      problems,
      limits: limitsItem(limits),
      liveFills: NO_LIVE,
    } as const;
    const rehearsed = interruptionsOf([...rehearsals.rows, ...drills.rows], running.build);
    if (!bot)
      return {
        ...system,
        subject: subjectItem(undefined, running, limits, null, null),
        interruptions: { ...rehearsals, rows: rehearsed },
        unprotected: NONE,
        parity: NONE,
        steps: NONE,
        trades: NONE,
        paperDays: NONE,
        marketDays: NONE,
        backtest: NONE,
        trials: NONE,
        depth: NONE,
      };
    return { ...system, ...(await this.ofBot(bot, running, limits, rehearsed)) };
  }

  private async ofBot(
    bot: BotConfigView,
    running: RunningCode,
    limits: LimitsView,
    rehearsed: readonly InterruptionRow[],
  ): Promise<Omit<Evidence, 'schema' | 'asOfMs' | SystemItem>> {
    const code = running.code ?? '';
    const period = await this.stored.period(bot, code);
    const [minNotional, parity, steps, trades, paperDays, marketDays, unprotected, halts, found, trials] =
      await Promise.all([
        this.minNotional(bot),
        this.parity(bot, period),
        this.stored.steps(period, bot),
        this.stored.trades(period),
        this.stored.paperDays(period),
        this.stored.marketDays(period, bot),
        this.stored.unprotected(period),
        this.stored.interruptions(period),
        this.stored.backtest(bot, code),
        this.stored.trials(bot),
      ]);
    const depth = found.rows.flatMap((row): DepthRow[] =>
      row.depth === null ? [] : [{ symbol: bot.symbol, ...row.depth }],
    );
    return {
      subject: subjectItem(bot, running, limits, minNotional, orderNotional(bot)),
      parity,
      steps,
      trades,
      paperDays,
      marketDays,
      unprotected,
      interruptions: { ...halts, rows: [...rehearsed, ...halts.rows] },
      backtest: { ...found, rows: found.rows.map(({ depth: _, ...row }) => row) },
      trials,
      depth: { ...found, query: 'npm run calibrate: order books as that backtest knew them', rows: depth },
    };
  }

  private async parity(bot: BotConfigView, { from, auditFrom, auditTo }: Period): Promise<Item<ParityRow>> {
    const query = `${getBotParity.subject} of the newest run`;
    if (from === null) return { query, auditFrom, auditTo, rows: [] };
    try {
      const { run, steps, isSameCode, differences, leftOut } = await this.bus.request(
        getBotParity,
        { botConfigId: bot.id, owner: bot.owner },
        PARITY_WITHIN,
      );
      const row = { run, steps, isSameCode, real: differences.filter(isReal).length + leftOut };
      return { query, auditFrom, auditTo, rows: [row] };
    } catch (error) {
      return missing(query, `decision parity could not be worked out: ${reasonOf(error)}`);
    }
  }

  private async minNotional({ market, symbol }: BotConfigView): Promise<string | null> {
    const { instruments } = await this.bus.request(listInstruments, { market, symbol });
    return instruments[0]?.minNotional ?? null;
  }
}

/** Of its own: not one that a pause, a denial or the market explains, nor what only follows from another. */
export const isReal = ({ class: name, bot, follows }: BotStepDifference): boolean =>
  !follows && (name === 'DIFFERENT_DECISION' || (name === 'MISSED_STEP' && bot === 'no step'));

type SystemItem =
  'audit' | 'rehearsals' | 'testnet' | 'drills' | 'doctor' | 'problems' | 'limits' | 'liveFills';

/** The largest order it may send: what it is limited to, else all it may work with. */
const orderNotional = ({ limits, initialCapital, leverage }: BotConfigView): string =>
  limits?.maxPosition ?? `${Number(initialCapital) * leverage}`;

function subjectItem(
  bot: BotConfigView | undefined,
  { build, rules, code }: RunningCode,
  { limits }: LimitsView,
  minNotional: string | null,
  order: string | null,
): Item<SubjectRow> {
  const riskLimits = Object.fromEntries(limits.map(({ name, value }) => [name, value]));
  return {
    query: `${getRunningCode.subject} and ${getLimits.subject}`,
    auditFrom: null,
    auditTo: null,
    rows: [
      {
        botConfigId: bot?.id ?? null,
        name: bot?.name ?? 'the installation',
        strategy: bot?.strategy ?? null,
        market: bot?.market ?? null,
        symbol: bot?.symbol ?? null,
        interval: bot?.interval ?? null,
        capital: bot?.initialCapital ?? '0',
        minNotional,
        orderNotional: order,
        bound: boundFields(bot && { ...bot, codeHash: code ?? '' }, { build, rules, riskLimits }),
      },
    ],
  };
}

function limitsItem({ limits, leverage }: LimitsView): Item<LimitRow> {
  const symbols = Object.keys(leverage).sort();
  const highest = Math.max(...Object.values(leverage).map(({ wanted, cap }) => cap ?? wanted));
  return {
    query: getLimits.subject,
    auditFrom: null,
    auditTo: null,
    rows: [
      ...limits.map(({ name, value }) => ({ name, value })),
      { name: 'leverage', value: Number.isFinite(highest) ? `${highest}` : 'off' },
      { name: 'symbols', value: symbols.join(',') || 'off' },
    ],
  };
}

/** What fault runs and drills of this build went through. */
const interruptionsOf = (rows: readonly ProofRow[], build: string): readonly InterruptionRow[] =>
  rows
    .filter((row) => row.build === build)
    .flatMap(({ counts, endedAtMs: atMs }) => {
      const { restarts = 0, feedLosses = 0, halts = 0, lost = 0 } = counts;
      return [
        ...(restarts > 0 ? [{ kind: 'restart' as const, atMs, lost }] : []),
        ...(feedLosses > 0 ? [{ kind: 'feed-loss' as const, atMs, lost: 0 }] : []),
        ...(halts > 0 ? [{ kind: 'halt' as const, atMs, lost: 0 }] : []),
      ];
    });

const reasonOf = (error: unknown): string =>
  error instanceof TradingFailure || error instanceof Error ? error.message : String(error);
