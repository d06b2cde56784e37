/**
 * Pulls one token after the other and takes the steps of its bot. A token is acknowledged after the commit; then the journal
 * is read once more, since a wake-up for what fell due meanwhile was refused.
 */
import { BOT_WORKERS_CONSUMER, BOT_WORK_DEATHS, BOT_WORK_DELIVERIES, WORK_STREAM } from '@elvis/contracts';
import { LOG, Log, NATS } from '@elvis/platform';
import { TradingFailure } from '@elvis/trading';
import {
  BeforeApplicationShutdown,
  Inject,
  Injectable,
  OnApplicationBootstrap,
  OnModuleDestroy,
} from '@nestjs/common';
import { Consumer, JsMsg, NatsConnection } from 'nats';
import { setTimeout as pause } from 'node:timers/promises';
import { BotsConfig } from '../bots.config';
import { BotJournal } from '../journal/bot-journal';
import { isUnderWay } from '../journal/changes';
import { BotSteps } from './bot-steps';
import { StepConsequences } from './step-consequences';
import { WorkQueue } from './work-queue';
import { WorkMonitor } from './work-monitor';

const PULL_FOR_MS = 5_000;
const RETRY_MS = 1_000;
/** After a failure that is known to pass. */
const WAITS_MS = [1_000, 1_000, 5_000, 15_000] as const;

@Injectable()
export class Workers implements OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown {
  private isStopping = false;
  private readonly stop = new AbortController();
  private running: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly steps: BotSteps,
    private readonly consequences: StepConsequences,
    private readonly journal: BotJournal,
    private readonly queue: WorkQueue,
    private readonly monitor: WorkMonitor,
    private readonly config: BotsConfig,
    @Inject(NATS) private readonly nats: NatsConnection,
    @Inject(LOG) private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.config.BOTS_ROLE.includes('worker')) return;
    this.running = Promise.all(Array.from({ length: this.config.BOTS_AT_ONCE }, () => this.work()));
  }

  /** No further token is pulled; the steps that were begun end. */
  onModuleDestroy(): void {
    this.isStopping = true;
    this.stop.abort();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.running;
  }

  private async work(): Promise<void> {
    let consumer: Consumer | undefined;
    while (!this.isStopping) {
      try {
        consumer ??= await this.nats.jetstream().consumers.get(WORK_STREAM, BOT_WORKERS_CONSUMER);
        const token = await consumer.next({ expires: PULL_FOR_MS });
        if (token) await this.handle(token);
      } catch (error) {
        if (this.isStopping) return;
        consumer = undefined;
        this.log.warn(
          { err: error },
          'The work queue of bots could not be read; it is tried again. Steps that are due wait',
        );
        await pause(RETRY_MS, undefined, { signal: this.stop.signal }).catch(() => undefined);
      }
    }
  }

  private async handle(token: JsMsg): Promise<void> {
    const botId = token.subject.slice(token.subject.lastIndexOf('.') + 1);
    this.monitor.pulled(token);
    if (token.info.redeliveryCount > BOT_WORK_DEATHS)
      return this.giveUp(botId, token, 'its workers died or stood still');
    try {
      await this.steps.takeAll(botId, () => token.working());
    } catch (error) {
      return this.giveBack(botId, token, error);
    }
    await token.ackAck();
    const standing = (await this.journal.last(botId))?.standing;
    if (standing && standing.due.length > 0 && isUnderWay(standing)) await this.queue.wake(botId);
  }

  /** A failure that passes costs a wait; any other, tried as often as a token is delivered, is the bot's fault. */
  private async giveBack(botId: string, token: JsMsg, error: unknown): Promise<void> {
    const tries = token.info.redeliveryCount;
    const isPassing = error instanceof TradingFailure;
    this.log.warn(
      { botId, tries, err: error },
      'A step of a bot could not be taken; nothing is lost, and it is tried again',
    );
    if (tries < BOT_WORK_DELIVERIES)
      return token.nak(WAITS_MS[Math.min(tries, WAITS_MS.length) - 1] ?? RETRY_MS);
    if (!isPassing) return this.giveUp(botId, token, error instanceof Error ? error.message : String(error));
    // It is woken again by the sweep, with a fresh count.
    token.term();
  }

  private async giveUp(botId: string, token: JsMsg, why: string): Promise<void> {
    const tries = token.info.redeliveryCount;
    await this.consequences.fault(
      botId,
      'STEP_FAILED',
      `A step was begun ${tries} times and did not end: ${why}`,
    );
    token.term();
  }
}
