/**
 * Signs how far the audit log went, after so many entries or so much time, and says it where it cannot be taken
 * back: in the database, in a file, and as an event that every subscriber may keep. A checkpoint's own event does
 * not call for the next one.
 */
import { AuditCheckpoint, AuditHead, auditCheckpoint } from '@elvis/contracts';
import { EventLog, LOG, Log, Metrics, Rounds } from '@elvis/platform';
import { TradingFailure } from '@elvis/trading';
import { Inject, Injectable, OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { closeSync, fsyncSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { Database } from '../database/database';
import { TradeHistoryConfig } from '../trade-history.config';
import { AskDatabase, readCheckpoints, readHead } from './audit-reader';
import { CHECKPOINT_FILE, CheckpointKey, keyFromDer, keyInFolder } from './signing';

const LOOK_MS = 500;
const RETRY_MS = 5_000;
const LOCK = 7_201_764;

const LAST = `SELECT seq::float8 AS seq, (extract(epoch FROM created_at) * 1000)::float8 AS "atMs"
  FROM audit_checkpoints ORDER BY seq DESC LIMIT 1`;
const HAS_ENTRIES_AFTER = `SELECT 1 FROM audit_log WHERE seq > $1 AND type <> '${auditCheckpoint.type}' LIMIT 1`;
const KEEP = `INSERT INTO audit_checkpoints (seq, hash, created_at, key_id, signature)
  VALUES ($1, decode($2, 'hex'), $3, $4, decode($5, 'hex')) ON CONFLICT DO NOTHING`;

@Injectable()
export class Checkpointer implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly key: CheckpointKey | undefined;
  private readonly rounds = new Rounds(() => this.round());
  private last: AuditCheckpoint | undefined;
  private readonly signed;

  constructor(
    private readonly database: Database,
    private readonly events: EventLog,
    private readonly config: TradeHistoryConfig,
    metrics: Metrics,
    @Inject(LOG) private readonly log: Log,
  ) {
    const { AUDIT_SIGNING_KEY: der, AUDIT_FOLDER: folder } = config;
    this.key = der ? keyFromDer(der) : folder ? keyInFolder(folder) : undefined;
    this.signed = metrics.counter(
      'elvis_history_audit_checkpoints_total',
      'Signed checkpoints of the audit log',
    );
  }

  onApplicationBootstrap(): void {
    if (!this.key) {
      this.log.warn(
        'The audit log gets no signed checkpoints, because neither AUDIT_SIGNING_KEY nor AUDIT_FOLDER is set; set one of them',
      );
      return;
    }
    this.rounds.start(LOOK_MS);
  }

  onModuleDestroy(): void {
    this.rounds.stop();
  }

  async head(): Promise<AuditHead> {
    if (!this.key)
      throw new TradingFailure(
        'STORE_UNAVAILABLE',
        'No checkpoint was signed: set AUDIT_SIGNING_KEY or AUDIT_FOLDER and restart trade-history',
      );
    const head = await readHead(this.ask);
    return {
      seq: head.seq,
      hash: head.hash.toString('hex'),
      recordedAtMs: Date.parse(head.recordedAt),
      lastCheckpoint: this.last ?? (await readCheckpoints(this.ask)).at(-1) ?? null,
      publicKey: this.key.publicPem,
    };
  }

  /** Signs the present end of the log, whether it is time or not; undefined for an empty log. */
  async sign(): Promise<AuditCheckpoint | undefined> {
    const { seq, hash } = await readHead(this.ask);
    return seq === 0 ? undefined : this.signAt({ seq, hash: hash.toString('hex') });
  }

  /** Signs an entry by its number and hash, in hexadecimal. */
  async signAt(end: { readonly seq: number; readonly hash: string }): Promise<AuditCheckpoint | undefined> {
    if (!this.key) return undefined;
    const checkpoint = this.key.sign({ ...end, createdAt: new Date().toISOString() });
    // Said aloud before it is kept: anyone who has heard it does not need us any more.
    await this.events.publish(auditCheckpoint, checkpoint, { id: `audit-checkpoint-${checkpoint.seq}` });
    this.writeDown(checkpoint);
    const { seq, hash, createdAt, keyId, signature } = checkpoint;
    const hex = Buffer.from(signature, 'base64url').toString('hex');
    await this.database.rows(KEEP, [seq, hash, createdAt, keyId, hex]);
    if (seq > (this.last?.seq ?? 0)) this.last = checkpoint;
    this.signed.inc();
    return checkpoint;
  }

  private async round(): Promise<number> {
    try {
      // Of several replicas one looks at a time.
      await this.database.untilMigrated();
      const isTime = await this.database.transaction(async (client) => {
        const { rows } = await client.query<{ mine: boolean }>(
          'SELECT pg_try_advisory_xact_lock($1) AS mine',
          [LOCK],
        );
        return rows[0]?.mine === true && (await this.isTime());
      });
      if (isTime) await this.sign();
      return LOOK_MS;
    } catch (error) {
      this.log.info(
        { reason: error instanceof Error ? error.message : error },
        'A checkpoint of the audit log could not be signed or stored; retrying',
      );
      return RETRY_MS;
    }
  }

  private async isTime(): Promise<boolean> {
    const [head, [last]] = await Promise.all([
      readHead(this.ask),
      this.database.rows<{ seq: number; atMs: number }>(LAST),
    ]);
    const { seq, atMs } = last ?? { seq: 0, atMs: 0 };
    const { AUDIT_CHECKPOINT_ENTRIES: entries, AUDIT_CHECKPOINT_SECONDS: seconds } = this.config;
    if (head.seq - seq < entries && Date.now() - atMs < seconds * 1_000) return false;
    return head.seq > seq && (await this.database.rows(HAS_ENTRIES_AFTER, [seq])).length > 0;
  }

  private writeDown(checkpoint: AuditCheckpoint): void {
    const { AUDIT_FOLDER: folder } = this.config;
    if (!folder) return;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const file = openSync(join(folder, CHECKPOINT_FILE), 'a', 0o644);
    try {
      writeSync(file, `${JSON.stringify(checkpoint)}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  }

  private readonly ask: AskDatabase = (text, values) => this.database.rows(text, values);
}
