/** How many streams there are, of both kinds together: in all, of one caller and of one address. */
import { Metrics } from '@elvis/platform';
import { TradingFailure } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { GatewayConfig } from '../gateway.config';
import { Caller } from '../identity/caller';
import { addressKey } from '../limits/limit-answer';

const STREAMS_AT_MOST = 5_000;
const RETRY_AFTER_MS = 5_000;

@Injectable()
export class StreamPlaces {
  private readonly counts = new Map<string, number>();
  private taken = 0;

  constructor(
    private readonly config: GatewayConfig,
    metrics: Metrics,
  ) {
    metrics.gaugeOf('gateway_streams', 'Open streams, WebSocket and server-sent events', () => this.taken);
  }

  /**
   * A place until the answered function is called.
   *
   * @throws TradingFailure RATE_LIMITED this caller or address has all that it may have
   * @throws TradingFailure OVERLOADED   this gateway has
   */
  acquire({ actor, remoteIp }: Caller): () => void {
    const { MAX_STREAMS_PER_CALLER, MAX_STREAMS_PER_ADDRESS } = this.config;
    const names = [`caller ${actor}`, `address ${addressKey(remoteIp)}`] as const;
    this.demand(names[0], MAX_STREAMS_PER_CALLER, 'caller');
    this.demand(names[1], MAX_STREAMS_PER_ADDRESS, 'address');
    if (this.taken >= STREAMS_AT_MOST) {
      throw new TradingFailure('OVERLOADED', 'Too many streams are open on this gateway; retry later', {
        retryAfterMs: RETRY_AFTER_MS,
      });
    }
    this.taken += 1;
    for (const name of names) this.counts.set(name, this.of(name) + 1);
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.taken -= 1;
      for (const name of names) {
        if (this.of(name) === 1) this.counts.delete(name);
        else this.counts.set(name, this.of(name) - 1);
      }
    };
  }

  private demand(name: string, maximum: number, of: 'caller' | 'address'): void {
    if (this.of(name) < maximum) return;
    throw new TradingFailure('RATE_LIMITED', `This ${of} has ${maximum} streams open; close one first`, {
      retryAfterMs: RETRY_AFTER_MS,
      context: { streams: maximum, of },
    });
  }

  private of(name: string): number {
    return this.counts.get(name) ?? 0;
  }
}
