/**
 * Pulls one token after the other and takes the steps of its bot. A token is acknowledged after the commit; then the journal
 * is read once more, since a wake-up for what fell due meanwhile was refused.
 */
import { BOT_REDELIVERY_MS, BOT_WORK_DEATHS, BOT_WORK_DELIVERIES } from '@elvis/contracts';
import { LOG, Log, NATS } from '@elvis/platform';
import { TradingFailure } from '@elvis/trading';
import {
  BeforeApplicationShutdown,
  Inject,
  Injectable,
  OnApplicationBootstrap,
  OnModuleDestroy,
} from '@nestjs/common';
import { NatsConnection } from 'nats';
import { setTimeout as pause } from 'node:timers/promises';
import { BotsConfig } from '../bots.config';
import { BotJournal } from '../journal/bot-journal';
import { nextDue } from '../journal/changes';
import { BotSteps } from './bot-steps';
import { StepConsequences } from './step-consequences';
import { Token } from './token';
import { TokenPull } from './token-pull';
import { WorkQueue } from './work-queue';
import { WorkMonitor } from './work-monitor';

const RETRY_MS = 1_000;
/** After a failure that is known to pass. */
const WAITS_MS = [1_000, 1_000, 5_000, 15_000] as const;

@Injectable()
export class Workers implements OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown {
  private isStopping = false;
  private readonly stop = new AbortController();
  private running: Promise<unknown> = Promise.resolve();
  private readonly settling = new Set<Promise<void>>();

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
    await Promise.all(this.settling);
  }

  private async work(): Promise<void> {
    const pull = new TokenPull(this.nats);
    while (!this.isStopping) {
      try {
        const token = await pull.next();
        if (token && (await this.handle(token))) this.settle(token);
      } catch (error) {
        if (this.isStopping) break;
        this.log.warn(
          { err: error },
          'The work queue of bots could not be read; it is tried again. Steps that are due wait',
        );
        await pause(RETRY_MS, undefined, { signal: this.stop.signal }).catch(() => undefined);
      }
    }
    pull.stop();
  }

  /** Whether its steps are taken. */
  private async handle(token: Token): Promise<boolean> {
    const { botId } = token;
    this.monitor.pulled(token);
    const atWork = setInterval(() => token.working(), BOT_REDELIVERY_MS / 4);
    try {
      if (token.deliveries > BOT_WORK_DEATHS)
        await this.giveUp(botId, token, 'its workers died or stood still');
      else {
        await this.steps.takeAll(botId);
        return true;
      }
    } catch (error) {
      await this.giveBack(botId, token, error);
    } finally {
      clearInterval(atWork);
    }
    return false;
  }

  /** While the next token is pulled: the acknowledgement is sent before that is asked for. */
  private settle(token: Token): void {
    const settling = this.acknowledge(token)
      .catch((error: unknown) =>
        this.log.warn(
          { botId: token.botId, err: error },
          'A wake-up of a bot could not be acknowledged; it may come again, and finds nothing to do',
        ),
      )
      .finally(() => this.settling.delete(settling));
    this.settling.add(settling);
  }

  private async acknowledge(token: Token): Promise<void> {
    const { botId } = token;
    await token.ack();
    const standing = (await this.journal.last(botId))?.standing;
    if (standing && nextDue(standing)) await this.queue.wake(botId);
  }

  /** A failure that passes costs a wait; any other, tried as often as a token is delivered, is the bot's fault. */
  private async giveBack(botId: string, token: Token, error: unknown): Promise<void> {
    const tries = token.deliveries;
    const isPassing = error instanceof TradingFailure;
    this.log.warn(
      { botId, tries, err: error },
      'A step of a bot could not be taken; nothing is lost, and it is tried again',
    );
    if (tries < BOT_WORK_DELIVERIES)
      return token.giveBack(WAITS_MS[Math.min(tries, WAITS_MS.length) - 1] ?? RETRY_MS);
    if (!isPassing) return this.giveUp(botId, token, error instanceof Error ? error.message : String(error));
    // It is woken again by the sweep, with a fresh count.
    token.drop();
  }

  private async giveUp(botId: string, token: Token, why: string): Promise<void> {
    const tries = token.deliveries;
    await this.consequences.fault(
      botId,
      'STEP_FAILED',
      `A step was begun ${tries} times and did not end: ${why}`,
    );
    token.drop();
  }
}
