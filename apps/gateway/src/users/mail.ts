/**
 * Mail to users, by the SMTP server of `SMTP_URL`; without one nothing is sent, and anyone who would wait for it is
 * told.
 */
import { LOG, Log } from '@elvis/platform';
import { Inject, Injectable, OnModuleDestroy } from '@nestjs/common';
import { Transporter, createTransport } from 'nodemailer';
import { setTimeout as pause } from 'node:timers/promises';
import { smtpOptions } from '../config/smtp-options';
import { GatewayConfig } from '../gateway.config';

const WAITING_AT_MOST = 100;
const TRIES = 3;
const PAUSE_MS = 2_000;

export interface Letter {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

@Injectable()
export class Mail implements OnModuleDestroy {
  private readonly transport: Transporter | undefined;
  private readonly from: string;
  private waiting = 0;
  private isOver = false;

  constructor(
    { SMTP_URL, SMTP_FROM }: GatewayConfig,
    @Inject(LOG) private readonly log: Log,
  ) {
    this.from = SMTP_FROM;
    this.transport = SMTP_URL === undefined ? undefined : createTransport(smtpOptions(SMTP_URL));
  }

  get isConfigured(): boolean {
    return this.transport !== undefined;
  }

  onModuleDestroy(): void {
    this.isOver = true;
    this.transport?.close();
  }

  /** Nobody waits for it: whether and how long a mail takes must not tell who has an account. */
  send(letter: Letter): void {
    if (!this.transport) return;
    if (this.waiting >= WAITING_AT_MOST) {
      this.log.warn(
        { subject: letter.subject },
        'The queue of mails is full, so this mail was not sent and will not be; check that SMTP_URL answers',
      );
      return;
    }
    this.waiting += 1;
    void this.deliver(this.transport, letter).finally(() => (this.waiting -= 1));
  }

  private async deliver(transport: Transporter, { to, subject, text }: Letter): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await transport.sendMail({ from: this.from, to: { name: '', address: to }, subject, text });
        return;
      } catch (error) {
        if (attempt === TRIES || this.isOver) {
          this.log.error(
            { reason: reasonOf(error), subject },
            'A mail could not be sent and is not tried again; check that the server of SMTP_URL answers and accepts it',
          );
          return;
        }
        await pause(PAUSE_MS * attempt, undefined, { ref: false });
      }
    }
  }
}

/** The code alone: what a mail server says may repeat the address. */
const reasonOf = (error: unknown): string => (error as { code?: string }).code ?? 'unknown';
