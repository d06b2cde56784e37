/**
 * Tells of changed configurations: each stands in a row of its own, written with the change, until the event log has it. One
 * that is told twice is one, by its id.
 */
import { BotConfigChanged, botConfigChanged } from '@elvis/contracts';
import { EventLog, LOG, Log, Rounds } from '@elvis/platform';
import { Inject, Injectable, OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { millis, statement } from '../database/conditions';
import { Database } from '../database/database';

const LOOK_MS = 2_000;
const AT_ONCE = 100;

/** `$1` whose, `$2` what, `$3` by whom; in the transaction of the change. */
export const NOTE_CHANGE = `INSERT INTO bot_config_changes (bot_config_id, owner, revision, change, actor)
  SELECT id, owner, revision, $2, $3 FROM bot_configs WHERE id = $1`;
const UNTOLD =
  statement(`SELECT id AS "changeId", bot_config_id AS "botConfigId", owner, revision, change, actor,
  ${millis('created_at')} AS "atMs" FROM bot_config_changes WHERE told_at IS NULL ORDER BY created_at LIMIT ${AT_ONCE}`);
const TOLD = statement('UPDATE bot_config_changes SET told_at = now() WHERE id = $1');

@Injectable()
export class BotConfigChanges implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly rounds = new Rounds(() => this.tellAll());

  constructor(
    private readonly database: Database,
    private readonly events: EventLog,
    @Inject(LOG) private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    this.rounds.start(0);
  }

  onModuleDestroy(): void {
    this.rounds.stop();
  }

  /** Something was written. */
  soon(): void {
    this.rounds.runWithin(0);
  }

  private async tellAll(): Promise<number> {
    await this.database.untilMigrated();
    try {
      for (const { changeId, ...change } of await this.database.rows<BotConfigChanged & { changeId: string }>(
        UNTOLD,
      )) {
        await this.events.publish(botConfigChanged, change, { id: changeId, actor: change.actor });
        await this.database.rows(TOLD, [changeId]);
      }
    } catch (error) {
      this.log.warn(
        { err: error },
        'A changed configuration of a bot could not be told to the event log; it is kept and told again',
      );
    }
    return LOOK_MS;
  }
}
