/** What pages are told as it happens, lossy: each step that is done, and once a second the queues while anything is in them. */
import { botStepFeed, workFeed } from '@elvis/contracts';
import { Bus, LOG, Log } from '@elvis/platform';
import { Inject, Injectable } from '@nestjs/common';
import { BotEntry } from '../journal/bot-journal';
import { WorkMonitor } from '../worker/work-monitor';

@Injectable()
export class LiveAnnouncer {
  private wasBusy = true;

  constructor(
    private readonly bus: Bus,
    private readonly monitor: WorkMonitor,
    @Inject(LOG) private readonly log: Log,
  ) {}

  step({ record, standing: { config } }: BotEntry): void {
    if (record.type !== 'COMMIT') return;
    const { run, step, due, atMs, reasons, answers, tookMs, lateMs, isLate, failure = null } = record;
    this.bus.publish(botStepFeed, config.id, {
      botConfigId: config.id,
      owner: config.owner,
      run,
      step,
      cause: due.cause,
      candleOpenTimeMs: due.candle?.openTimeMs ?? null,
      atMs,
      reasons,
      orders: answers.map(({ clientOrderId }) => clientOrderId),
      tookMs: Math.round(tookMs),
      lateMs: Math.round(lateMs),
      isLate,
      failure,
    });
  }

  async queues(): Promise<void> {
    try {
      const views = await this.monitor.views();
      const isBusy = views.some(({ depth, held }) => depth + held > 0);
      if (isBusy || this.wasBusy) for (const view of views) this.bus.publish(workFeed, view.queue, view);
      this.wasBusy = isBusy;
    } catch (error) {
      this.log.debug(
        { err: error },
        'The work queues could not be looked at; pages are told again in a second',
      );
    }
  }
}
