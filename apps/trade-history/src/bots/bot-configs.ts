/** Configurations of bots. Each change is a revision of its own, written in one transaction with the event of it. */
import {
  BotConfigBody,
  BotConfigOfRuns,
  BotConfigRevision,
  BotConfigView,
  ChangeBotConfig,
  CreateBotConfig,
  DeleteBotConfig,
  GetBotConfig,
  ListBotConfigRevisions,
  ListBotConfigs,
  Page,
  readBotOrderId,
} from '@elvis/contracts';
import { TradingFailure } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { randomInt } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { DatabaseError, PoolClient } from 'pg';
import { millis, statement } from '../database/conditions';
import { Database } from '../database/database';
import { BotConfigChanges, NOTE_CHANGE } from './bot-config-changes';
import { BODY_COLUMNS, CONFIG_COLUMNS, bodyOf, bodyValues } from './bot-config-rows';

const SHORT_CODE_LETTERS = '0123456789abcdefghijklmnopqrstuvwxyz';
const SHORT_CODE_LENGTH = 6;
const UNIQUE_VIOLATION = '23505';
/** Of 36^6 codes: that all of these are taken does not happen. */
const CODES_TRIED = 5;

const FIND = statement(`SELECT ${CONFIG_COLUMNS} FROM bot_configs WHERE id = $1`);
const LIST = statement(
  `SELECT ${CONFIG_COLUMNS} FROM bot_configs WHERE owner = $1 AND ($2 OR deleted_at IS NULL) ORDER BY created_at DESC, id`,
);
const REVISIONS = statement(`SELECT revision, body, actor, ${millis('created_at')} AS "createdAtMs"
  FROM bot_config_revisions WHERE bot_config_id = $1 AND ($2::int IS NULL OR revision < $2)
  ORDER BY revision DESC LIMIT $3`);
const REVISION = statement(
  `SELECT body FROM bot_config_revisions WHERE bot_config_id = $1 AND revision = $2`,
);
const GREATEST_STORED_RUN = statement(
  `SELECT greatest((SELECT max(run) FROM bot_runs WHERE bot_config_id = $1),
    (SELECT max(run) FROM bot_steps WHERE bot_config_id = $1), 0) AS run`,
);
/** One id of each run that orders name. */
const ORDERED_RUNS = statement(
  `SELECT DISTINCT ON (split_part(client_order_id, '.', 3)) client_order_id AS id FROM orders
    WHERE bot_config_id = $1 AND client_order_id LIKE 'b.%'`,
);

type Client = Pick<PoolClient, 'query'>;

@Injectable()
export class BotConfigs {
  constructor(
    private readonly database: Database,
    private readonly changes: BotConfigChanges,
  ) {}

  /** The same id with the same body is the same configuration. @throws TradingFailure BOT_SYMBOL_TAKEN */
  async create(wish: CreateBotConfig): Promise<BotConfigView> {
    const { id, owner, actor, body, codeHash } = wish;
    const known = await this.find(id);
    if (known) return this.repeat(known, wish);
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.write(async (client) => {
          const places = BODY_COLUMNS.map((_, index) => `$${index + 5}`).join(', ');
          await client.query(
            `INSERT INTO bot_configs (id, owner, short_code, code_hash, user_id, ${BODY_COLUMNS.join(', ')})
              VALUES ($1, $2, $3, $4, (SELECT u.id FROM users u WHERE 'user:' || u.id = $2), ${places})`,
            [id, owner, newShortCode(), codeHash, ...bodyValues(body)],
          );
          await this.keepRevision(client, id, 1, body, actor);
          return { id, change: 'created', actor };
        });
      } catch (error) {
        if (isTaken(error, 'bot_configs_live')) throw symbolTaken(body);
        if (isTaken(error, 'bot_configs_pkey')) return this.create(wish);
        if (!isTaken(error, 'bot_configs_short_code') || attempt === CODES_TRIED) throw error;
      }
    }
  }

  /** @throws TradingFailure BOT_NOT_FOUND, BOT_CONFIG_CHANGED, BOT_SYMBOL_TAKEN */
  async change(wish: ChangeBotConfig): Promise<BotConfigView> {
    const { id, owner, actor, body, codeHash, revision } = wish;
    try {
      return await this.write(async (client) => {
        const standing = await this.lock(client, id, owner);
        if (standing.revision !== revision)
          throw new TradingFailure(
            'BOT_CONFIG_CHANGED',
            `The configuration has revision ${standing.revision}, not ${revision}; nothing was changed. Read it again`,
            { context: { revision: `${standing.revision}` } },
          );
        const sets = BODY_COLUMNS.map((name, index) => `${name} = $${index + 3}`).join(', ');
        await client.query(
          `UPDATE bot_configs SET code_hash = $2, ${sets}, revision = revision + 1, updated_at = now() WHERE id = $1`,
          [id, codeHash, ...bodyValues(body)],
        );
        await this.keepRevision(client, id, revision + 1, body, actor);
        return { id, change: 'changed', actor };
      });
    } catch (error) {
      throw isTaken(error, 'bot_configs_live') ? symbolTaken(body) : error;
    }
  }

  /** @throws TradingFailure BOT_NOT_FOUND */
  delete({ id, owner, actor }: DeleteBotConfig): Promise<BotConfigView> {
    return this.write(async (client) => {
      await this.lock(client, id, owner);
      await client.query('UPDATE bot_configs SET deleted_at = now(), updated_at = now() WHERE id = $1', [id]);
      return { id, change: 'deleted', actor };
    });
  }

  /** @throws TradingFailure BOT_NOT_FOUND */
  async get({ id, owner, revision }: GetBotConfig): Promise<BotConfigOfRuns> {
    const [config, [stored], orders] = await Promise.all([
      this.find(id),
      this.database.rows<{ run: number }>(GREATEST_STORED_RUN, [id]),
      this.database.rows<{ id: string }>(ORDERED_RUNS, [id]),
    ]);
    if (!config || (owner !== undefined && config.owner !== owner)) throw botNotFound();
    const greatestRun = Math.max(
      stored?.run ?? 0,
      ...orders.map((order) => readBotOrderId(order.id)?.run ?? 0),
    );
    if (revision === undefined || revision === config.revision) return { ...config, greatestRun };
    const [row] = await this.database.rows<{ body: BotConfigBody }>(REVISION, [id, revision]);
    if (!row) throw botNotFound();
    return { ...config, ...row.body, revision, greatestRun };
  }

  async list({ owner, withDeleted = false }: ListBotConfigs): Promise<{ items: BotConfigView[] }> {
    return { items: await this.database.rows<BotConfigView & object>(LIST, [owner, withDeleted]) };
  }

  /** @throws TradingFailure BOT_NOT_FOUND */
  async revisions({ id, owner, before, limit }: ListBotConfigRevisions): Promise<Page<BotConfigRevision>> {
    await this.requireOwn(id, owner);
    const rows = await this.database.rows<BotConfigRevision & object>(REVISIONS, [
      id,
      before ?? null,
      limit + 1,
    ]);
    const items = rows.slice(0, limit);
    return { items, nextCursor: rows.length > limit ? `${items.at(-1)?.revision}` : null };
  }

  /** Deleted ones too: what a bot did can be read after it is gone. @throws TradingFailure BOT_NOT_FOUND */
  async requireOwn(id: string, owner: string): Promise<void> {
    if (!(await this.isOwn(id, owner))) throw botNotFound();
  }

  async isOwn(id: string, owner: string): Promise<boolean> {
    return (await this.find(id))?.owner === owner;
  }

  /** The configuration, locked until the transaction ends. @throws TradingFailure BOT_NOT_FOUND */
  async lock(client: Client, id: string, owner: string): Promise<{ revision: number }> {
    const { rows } = await client.query<{ revision: number }>(
      'SELECT revision FROM bot_configs WHERE id = $1 AND owner = $2 AND deleted_at IS NULL FOR UPDATE',
      [id, owner],
    );
    if (!rows[0]) throw botNotFound();
    return rows[0];
  }

  /** One transaction with the event of the change; then the configuration as it is. */
  async write(
    work: (
      client: Client,
    ) => Promise<{ readonly id: string; readonly change: string; readonly actor: string }>,
  ): Promise<BotConfigView> {
    const id = await this.database.transaction(async (client) => {
      const { id: written, change, actor } = await work(client);
      await client.query(NOTE_CHANGE, [written, change, actor]);
      return written;
    });
    this.changes.soon();
    const config = await this.find(id);
    if (!config) throw botNotFound();
    return config;
  }

  private async find(id: string): Promise<BotConfigView | undefined> {
    return (await this.database.rows<BotConfigView & object>(FIND, [id]))[0];
  }

  private async keepRevision(
    client: Client,
    id: string,
    revision: number,
    body: BotConfigBody,
    actor: string,
  ): Promise<void> {
    await client.query(
      'INSERT INTO bot_config_revisions (bot_config_id, revision, body, actor) VALUES ($1, $2, $3, $4)',
      [id, revision, JSON.stringify(bodyOf(body)), actor],
    );
  }

  private async repeat(known: BotConfigView, { owner, body }: CreateBotConfig): Promise<BotConfigView> {
    const [first] = await this.database.rows<{ body: BotConfigBody }>(REVISION, [known.id, 1]);
    if (known.owner === owner && isDeepStrictEqual(first?.body, JSON.parse(JSON.stringify(bodyOf(body)))))
      return known;
    throw new TradingFailure(
      'BOT_CONFIG_CHANGED',
      'This Idempotency-Key has made another bot; nothing was saved. Use a new key',
    );
  }
}

const newShortCode = (): string =>
  Array.from({ length: SHORT_CODE_LENGTH }, () => SHORT_CODE_LETTERS[randomInt(36)]).join('');

const isTaken = (error: unknown, index: string): boolean =>
  error instanceof DatabaseError && error.code === UNIQUE_VIOLATION && error.constraint === index;

const botNotFound = (): TradingFailure =>
  new TradingFailure(
    'BOT_NOT_FOUND',
    'None of your bots has this id or revision; nothing was done. Check it',
  );

const symbolTaken = ({ market, symbol }: BotConfigBody): TradingFailure =>
  new TradingFailure(
    'BOT_SYMBOL_TAKEN',
    `You have another bot for ${symbol} (${market}); nothing was saved. Change or delete that one`,
    { context: { market, symbol } },
  );
