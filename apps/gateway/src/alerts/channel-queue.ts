/**
 * Tells one channel, one thing after the other: tried four times within five seconds, then given up and left to the log.
 * A channel's address may carry a secret, so it is in no message.
 */
import { Told } from '@elvis/contracts';
import { Log } from '@elvis/platform';
import { setTimeout as pause } from 'node:timers/promises';
import { Channel } from './channels';

const WAITS_MS = [100, 300, 600] as const;
const WAITING_AT_MOST = 200;

export type Outcome = 'sent' | 'failed' | 'dropped';

export class ChannelQueue {
  private readonly waiting: Told[] = [];
  private isSending = false;

  constructor(
    private readonly channel: Channel,
    private readonly log: Log,
    private readonly count: (kind: Told['kind'], outcome: Outcome) => void,
  ) {}

  enqueue(told: Told): void {
    if (!this.channel.kinds.has(told.kind)) return;
    if (this.waiting.length >= WAITING_AT_MOST) {
      this.count(told.kind, 'dropped');
      this.log.error(
        { kind: told.kind, text: told.text },
        `The queue of alerts is full, so this alert was not sent; check that ${this.channel.variable} answers`,
      );
      return;
    }
    this.waiting.push(told);
    if (!this.isSending) void this.sendAll();
  }

  private async sendAll(): Promise<void> {
    this.isSending = true;
    for (let next = this.waiting.shift(); next; next = this.waiting.shift()) {
      const isSent = await this.send(next);
      this.count(next.kind, isSent ? 'sent' : 'failed');
      if (!isSent)
        this.log.error(
          { kind: next.kind, text: next.text },
          `An alert could not be delivered and is only in this log line; check that ${this.channel.variable} answers`,
        );
    }
    this.isSending = false;
  }

  private async send(told: Told): Promise<boolean> {
    for (const waitMs of [0, ...WAITS_MS]) {
      if (waitMs > 0) await pause(waitMs);
      if (await this.channel.deliver(told)) return true;
    }
    return false;
  }
}
