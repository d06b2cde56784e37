/**
 * Reads from the exchange for others, each question once: what is known and new enough is in Redis for the whole fleet,
 * and whoever asks while it is being read waits for that answer.
 */
import { request } from '@elvis/binance';
import { ExchangeAnswer, ReadExchange } from '@elvis/contracts';
import { Redis, redisAnswer, releaseLease, takeLease } from '@elvis/platform';
import { TradingFailure } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { askedBy } from '../limiter/calls/asker';
import { ExchangeCalls, asFailure } from '../limiter/calls/exchange-calls';
import { ExchangeClock } from '../limiter/clock/exchange-clock';
import { ReadableCall, readableCall } from './readable-calls';

/** An answer by its question; until it is too old for everybody. */
const ANSWER_PREFIX = 'ELVIS_EXCHANGE_READ:';
/** Who is asking it; 5 s, then another may. */
const TURN_PREFIX = 'ELVIS_EXCHANGE_READING:';
const TURN_MS = 5_000;
const LOOK_EVERY_MS = 10;
/** Longer than this an answer is packed: NATS carries a megabyte, and the list of all tickers is longer. */
const PLAIN_AT_MOST = 32_768;
const PARAMETER = /^[A-Za-z]{1,40}$/;
const packed = promisify(gzip);

@Injectable()
export class ExchangeReads {
  constructor(
    private readonly calls: ExchangeCalls,
    private readonly redis: Redis,
    private readonly clock: ExchangeClock,
  ) {}

  /** @throws TradingFailure MESSAGE_MALFORMED, VENUE_REJECTED, or why the exchange could not be asked */
  async read(question: ReadExchange): Promise<ExchangeAnswer> {
    const call = readableCall(question.market, question.path);
    if (!call || !Object.keys(question.parameters).every((name) => PARAMETER.test(name)))
      throw new TradingFailure(
        'MESSAGE_MALFORMED',
        `${question.path} is not read for others; nothing was asked of the exchange`,
      );
    const name = nameOf(question);
    const turn = TURN_PREFIX + name;
    const reader = randomUUID();
    const giveUpAt = performance.now() + 2 * TURN_MS;
    for (;;) {
      const known = await this.known(name, question.askedAfterMs ?? 0);
      if (known) return known;
      if (await takeLease(this.redis, turn, reader, TURN_MS)) break;
      if (performance.now() > giveUpAt)
        throw new TradingFailure(
          'VENUE_UNREACHABLE',
          'Another replica asks the exchange the same and has no answer yet; nothing was changed. Retry',
          { retryAfterMs: 1_000 },
        );
      await pause(LOOK_EVERY_MS);
    }
    try {
      // It may have been answered between the look and the turn.
      return (await this.known(name, question.askedAfterMs ?? 0)) ?? (await this.ask(name, question, call));
    } finally {
      await releaseLease(this.redis, turn, reader);
    }
  }

  private async known(name: string, askedAfterMs: number): Promise<ExchangeAnswer | undefined> {
    const text = await redisAnswer(this.redis.get(ANSWER_PREFIX + name));
    if (text === null) return undefined;
    const answer = JSON.parse(text) as ExchangeAnswer;
    return answer.goodUntilMs > this.clock.now() && answer.askedAtMs > askedAfterMs ? answer : undefined;
  }

  private async ask(
    name: string,
    { market, path, parameters, keyId }: ReadExchange,
    { security, goodForMs }: ReadableCall,
  ): Promise<ExchangeAnswer> {
    const askedAtMs = Math.floor(this.clock.now());
    const question = request(market, 'GET', path, security, parameters);
    const text = await askedBy('exchange-read', () =>
      this.calls.callForText(question, { priority: 'P3', sharer: keyId, withinMs: TURN_MS }),
    ).catch((error: unknown) => {
      throw asFailure(error);
    });
    const answer: ExchangeAnswer = {
      ...(text.length > PLAIN_AT_MOST
        ? { gzip: (await packed(text, { level: 1 })).toString('base64') }
        : { text }),
      askedAtMs,
      goodUntilMs: askedAtMs + goodForMs,
    };
    await redisAnswer(this.redis.set(ANSWER_PREFIX + name, JSON.stringify(answer), 'PX', goodForMs));
    return answer;
  }
}

/** The same question has the same name, whatever the order of its parameters. */
function nameOf({ market, path, parameters }: ReadExchange): string {
  const sorted = Object.entries(parameters).sort(([one], [other]) => (one < other ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([market, path, sorted]))
    .digest('base64url');
}
