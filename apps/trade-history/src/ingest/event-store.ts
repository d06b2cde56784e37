/**
 * Stores events exactly once, in one transaction each batch: the ids that were not there before decide what is
 * written at all; the audit log is extended by exactly those, under a lock on its head, so the chain never forks.
 */
import { LoggedEvent, MalformedMessage } from '@elvis/platform';
import { Injectable } from '@nestjs/common';
import canonicalize from 'canonicalize';
import { PoolClient } from 'pg';
import { IncomeRecorder } from '../account/income-recorder';
import { openDeadLetterAlert, writeAlerts } from '../alerts/event-alerts';
import { entryHash } from '../audit/chain';
import { ResultRecorder } from '../results/result-recorder';
import { TradedAssets } from '../results/traded-assets';
import { Database } from '../database/database';
import { Partitions } from '../database/partitions';
import { writeBacktest } from './backtest-rows';
import { writeProof } from './proof-rows';
import { Facts, OrderFact, readFacts } from './facts';
import {
  AUDIT_INSERT,
  AuditRow,
  DEAD_LETTER_INSERT,
  DECISION_INSERT,
  DeadLetterRow,
  KEEP_SUPERSEDED,
  ORDER_INSERT,
  supersededValues,
} from './tables';
import { TRADE_INSERT, TradeRow, tradeKey } from '../results/trade-rows';
import { textArray } from '../database/unnest';

interface ReadEvent extends LoggedEvent {
  readonly facts: Facts;
}

export interface Stored {
  /** Events that were not there before. */
  readonly fresh: number;
  readonly repeated: number;
  /** Written down for the first time; their notice is still to be given. */
  readonly deadLetters: readonly DeadLetterRow[];
  /** Client order ids that another, closed order had used before. */
  readonly reusedOrderIds: readonly string[];
  /** Alerts that were opened, counted or resolved. */
  readonly alertIds: readonly string[];
}

const REMEMBER_IDS = {
  name: 'remember-event-ids',
  text: `INSERT INTO event_ids (event_id, recorded_at) SELECT unnest($1::text[]), $2
    ON CONFLICT DO NOTHING RETURNING event_id`,
};
const LOCK_HEAD = {
  name: 'lock-audit-head',
  text: `SELECT seq::float8 AS seq, hash, (extract(epoch FROM recorded_at) * 1000)::float8 AS "recordedAtMs"
    FROM audit_head FOR UPDATE`,
};
const MOVE_HEAD = {
  name: 'move-audit-head',
  text: 'UPDATE audit_head SET seq = $1, hash = $2, recorded_at = $3',
};

interface Head {
  readonly seq: number;
  readonly hash: Buffer;
  readonly recordedAtMs: number;
}

@Injectable()
export class EventStore {
  constructor(
    private readonly database: Database,
    private readonly partitions: Partitions,
    private readonly tradedAssets: TradedAssets,
    private readonly results: ResultRecorder,
    private readonly income: IncomeRecorder,
  ) {}

  /** @throws TradingFailure STORE_UNAVAILABLE the database is unavailable; whether the batch is stored is not known */
  async store(events: readonly LoggedEvent[], malformed: readonly MalformedMessage[] = []): Promise<Stored> {
    const readable: ReadEvent[] = [];
    const letters: DeadLetterRow[] = malformed.map(({ sequence, subject, text }) => ({
      sequence,
      subject,
      eventId: null,
      problem: 'not an event',
      body: printable(text),
    }));
    for (const logged of events) {
      const read = readFacts(logged.event);
      if ('facts' in read) readable.push({ ...logged, facts: read.facts });
      else letters.push(deadLetter(logged, read.problem));
    }
    const nowMs = Date.now();
    await this.partitions.ensure('audit_log', [nowMs]);
    await this.partitions.ensure(
      'trades',
      readable.flatMap(({ facts }) => (facts.trade ? [facts.trade.fill.tradedAtMs] : [])),
    );
    const stored = await this.database.transaction((client) => this.write(client, readable, letters, nowMs));
    // What a liquidation cost is booked beside its fills.
    if (stored.fresh > 0 && readable.some(({ facts }) => facts.trade?.origin === 'liquidation'))
      this.income.soon();
    return stored;
  }

  /** Puts an event aside that the database itself refuses. */
  async putAside(event: LoggedEvent, problem: string): Promise<Stored> {
    return this.database.transaction((client) => this.write(client, [], [deadLetter(event, problem)], 0));
  }

  private async write(
    client: PoolClient,
    events: readonly ReadEvent[],
    letters: readonly DeadLetterRow[],
    nowMs: number,
  ): Promise<Stored> {
    let fresh: readonly ReadEvent[] = [];
    let reusedOrderIds: string[] = [];
    const alertIds: string[] = [];
    if (events.length > 0) {
      const head = (await client.query<Head>(LOCK_HEAD)).rows[0] as Head;
      const recordedAt = new Date(Math.max(nowMs, head.recordedAtMs)).toISOString();
      fresh = await this.remember(client, events, recordedAt);
      if (fresh.length > 0) {
        reusedOrderIds = await this.writeFacts(client, fresh, head.seq);
        await this.extendChain(client, fresh, head, recordedAt);
        for (const [at, { event }] of fresh.entries())
          alertIds.push(...(await writeAlerts(client, event, head.seq + at + 1)));
      }
    }
    const written =
      letters.length > 0
        ? (await client.query<{ stream_sequence: string }>(DEAD_LETTER_INSERT.of(letters))).rows.map((row) =>
            Number(row.stream_sequence),
          )
        : [];
    const deadLetters = letters.filter(({ sequence }) => written.includes(sequence));
    for (const letter of deadLetters) alertIds.push(...(await openDeadLetterAlert(client, letter)));
    return {
      fresh: fresh.length,
      repeated: events.length - fresh.length,
      deadLetters,
      reusedOrderIds,
      alertIds,
    };
  }

  private async remember(
    client: PoolClient,
    events: readonly ReadEvent[],
    recordedAt: string,
  ): Promise<readonly ReadEvent[]> {
    const { rows } = await client.query<{ event_id: string }>({
      ...REMEMBER_IDS,
      values: [textArray(events.map(({ event }) => event.id)), recordedAt],
    });
    const unseen = new Set(rows.map(({ event_id }) => event_id));
    return events.filter(({ event }) => unseen.delete(event.id));
  }

  private async writeFacts(
    client: PoolClient,
    events: readonly ReadEvent[],
    lastSeq: number,
  ): Promise<string[]> {
    const orders = newestOfEach(events.flatMap(({ facts }) => facts.order ?? []));
    const trades = events.flatMap(({ facts }) => facts.trade ?? []);
    const decisions = events.flatMap(({ facts, event: { traceId } }) =>
      facts.decision ? [{ ...facts.decision, traceId }] : [],
    );
    let reused: string[] = [];
    if (orders.length > 0) {
      const kept = await client.query<{ client_order_id: string }>({
        ...KEEP_SUPERSEDED,
        values: supersededValues(orders),
      });
      reused = kept.rows.map((row) => row.client_order_id);
      await client.query(ORDER_INSERT.of(orders));
    }
    if (trades.length > 0) await this.writeTrades(client, trades);
    if (decisions.length > 0) await client.query(DECISION_INSERT.of(decisions));
    for (const [at, { facts }] of events.entries()) {
      if (facts.backtest) await writeBacktest(client, facts.backtest, lastSeq + at + 1);
      if (facts.proof) await writeProof(client, facts.proof, lastSeq + at + 1);
    }
    return reused;
  }

  private async writeTrades(client: PoolClient, trades: readonly TradeRow[]): Promise<void> {
    const once = [...new Map(trades.map((trade) => [tradeKey(trade), trade])).values()];
    await this.tradedAssets.learn(
      client,
      once.map(({ fill }) => fill),
    );
    const { rows, late } = await this.results.addResults(client, once);
    await client.query(TRADE_INSERT.of(rows));
    for (const key of late) await this.results.catchUp(client, key);
  }

  private async extendChain(
    client: PoolClient,
    events: readonly ReadEvent[],
    head: Head,
    recordedAt: string,
  ): Promise<void> {
    let { seq, hash } = head;
    const rows: AuditRow[] = events.map(({ event, sequence }) => {
      seq += 1;
      const entry = { seq, streamSequence: sequence, recordedAt, body: canonicalize(event) as string };
      hash = entryHash(hash, entry);
      return {
        ...entry,
        eventId: event.id,
        type: event.type,
        eventTime: event.time,
        actor: event.actor ?? '',
        hash,
      };
    });
    await client.query(AUDIT_INSERT.of(rows));
    await client.query({ ...MOVE_HEAD, values: [seq, hash, recordedAt] });
  }
}

/** Of several facts about one order in a batch only the newest is written: a row can change once in a statement. */
function newestOfEach(facts: readonly OrderFact[]): OrderFact[] {
  const newest = new Map<string, OrderFact>();
  for (const fact of facts) {
    const known = newest.get(fact.order.clientOrderId);
    if (!known || known.revision < fact.revision) newest.set(fact.order.clientOrderId, fact);
  }
  return [...newest.values()];
}

const deadLetter = ({ event, sequence }: LoggedEvent, problem: string): DeadLetterRow => ({
  sequence,
  subject: printable(event.type),
  eventId: printable(event.id).slice(0, 200),
  problem,
  body: printable(JSON.stringify(event)),
});

/** PostgreSQL's text holds anything but NUL. */
const printable = (text: string): string => text.replaceAll('\0', '\uFFFD');
