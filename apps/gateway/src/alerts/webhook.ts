/**
 * Tells the address of `ALERT_WEBHOOK_URL`, one alert after the other: tried four times within five seconds, then given
 * up and left to the log. The address may carry a secret of its own, so it is in no message.
 */
import { Alert } from '@elvis/contracts';
import { Log } from '@elvis/platform';
import { setTimeout as pause } from 'node:timers/promises';

const TIMEOUT_MS = 1_000;
const WAITS_MS = [100, 300, 600] as const;
const WAITING_AT_MOST = 200;

export type Outcome = 'sent' | 'failed' | 'dropped';

export class Webhook {
  private readonly waiting: Alert[] = [];
  private isSending = false;

  constructor(
    private readonly url: string,
    private readonly log: Log,
    private readonly count: (kind: Alert['kind'], outcome: Outcome) => void,
  ) {}

  enqueue(alert: Alert): void {
    if (this.waiting.length >= WAITING_AT_MOST) {
      this.count(alert.kind, 'dropped');
      this.log.error(
        { kind: alert.kind, text: alert.text },
        'The queue of alerts is full, so this alert was not sent; check that ALERT_WEBHOOK_URL answers',
      );
      return;
    }
    this.waiting.push(alert);
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
          'An alert could not be delivered and is only in this log line; check that ALERT_WEBHOOK_URL answers',
        );
    }
    this.isSending = false;
  }

  private async send({ id, kind, text, facts }: Alert): Promise<boolean> {
    const body = JSON.stringify({ text: `Elvis: ${text}`, id, kind, facts, time: new Date().toISOString() });
    for (const waitMs of [0, ...WAITS_MS]) {
      if (waitMs > 0) await pause(waitMs);
      if (await this.post(body)) return true;
    }
    return false;
  }

  private async post(body: string): Promise<boolean> {
    try {
      const answer = await fetch(this.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      await answer.body?.cancel();
      return answer.ok;
    } catch {
      return false;
    }
  }
}
