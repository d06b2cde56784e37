/**
 * The typed bus: `bus.request(submitOrder, {...})` does not compile with a wrong field and returns the reply's type.
 *
 * Two silences are told apart: nobody serves the subject (nothing happened), and no answer came in time (nobody
 * knows). Market updates are plain messages, lossy by design.
 */
import { Command, MarketFeed, Query } from '@elvis/contracts';
import { FailureCode, TradingFailure, isFailureCode } from '@elvis/trading';
import { Injectable, OnModuleDestroy } from '@nestjs/common';
import { ClientNats, NatsRecordBuilder } from '@nestjs/microservices';
import { EmptyResponseException } from '@nestjs/microservices/errors/empty-response.exception';
import { headers as natsHeaders, JSONCodec, NatsConnection } from 'nats';
import { firstValueFrom, timeout, TimeoutError } from 'rxjs';
import { TRACE_HEADER, currentTraceId } from './trace';

export interface RequestOptions {
  /** How long to wait for the answer, in milliseconds; 5 s unless told otherwise. */
  readonly timeoutMs?: number;
}

const DEFAULT_TIMEOUT_MS = 5_000;
const codec = JSONCodec();

@Injectable()
export class Bus implements OnModuleDestroy {
  private connected = true;

  constructor(
    private readonly client: ClientNats,
    private readonly connection: NatsConnection,
  ) {
    void this.followConnection();
  }

  /**
   * Sends a command or a query and waits for the answer.
   *
   * @throws TradingFailure SERVICE_UNREACHABLE nobody serves it: nothing happened
   * @throws TradingFailure SERVICE_SILENT      no answer in time: nobody knows
   * @throws TradingFailure                     whatever the other side threw
   */
  async request<Payload extends object, Reply>(
    contract: Command<Payload, Reply> | Query<Payload, Reply>,
    payload: Payload,
    { timeoutMs = DEFAULT_TIMEOUT_MS }: RequestOptions = {},
  ): Promise<Reply> {
    const headers = natsHeaders();
    headers.set(TRACE_HEADER, currentTraceId());
    const record = new NatsRecordBuilder(payload).setHeaders(headers).build();
    try {
      await this.client.connect();
    } catch (cause) {
      throw new TradingFailure('SERVICE_UNREACHABLE', `The bus is away; ${contract.subject} was not sent`, {
        cause,
      });
    }
    try {
      return await firstValueFrom(this.client.send<Reply>(contract.subject, record).pipe(timeout(timeoutMs)));
    } catch (cause) {
      throw explain(contract.subject, cause);
    }
  }

  /**
   * Publishes a market update; nobody is waited for. While the bus is away it is dropped, not kept: delivered later
   * it would be older than the age it carries.
   */
  publish<Payload extends object>(feed: MarketFeed<Payload>, symbol: string, payload: Payload): void {
    if (!this.connected) return;
    this.connection.publish(`${feed.prefix}.${symbol}`, codec.encode(payload));
  }

  /** Calls `handle` for every update of the feed, of all symbols; a message that cannot be read goes to `onMalformed`. */
  subscribe<Payload extends object>(
    feed: MarketFeed<Payload>,
    handle: (update: Payload) => void,
    onMalformed: (error: unknown) => void = () => undefined,
  ): void {
    this.connection.subscribe(`${feed.prefix}.*`, {
      callback: (error, message) => {
        if (error) return;
        try {
          handle(codec.decode(message.data) as Payload);
        } catch (problem) {
          onMalformed(problem);
        }
      },
    });
  }

  async onModuleDestroy(): Promise<void> {
    await this.client.close();
  }

  private async followConnection(): Promise<void> {
    for await (const status of this.connection.status()) {
      const type: string = status.type;
      if (type === 'disconnect') this.connected = false;
      if (type === 'reconnect') this.connected = true;
    }
    this.connected = false;
  }
}

interface FailureReply {
  readonly code: FailureCode;
  readonly message: string;
  readonly context?: Record<string, unknown>;
  readonly retryAfterMs?: number;
}

const isFailureReply = (cause: unknown): cause is FailureReply =>
  typeof cause === 'object' && cause !== null && isFailureCode((cause as { code?: unknown }).code);

function explain(subject: string, cause: unknown): unknown {
  if (cause instanceof EmptyResponseException) {
    return new TradingFailure('SERVICE_UNREACHABLE', `Nobody serves ${subject}; nothing was done`, { cause });
  }
  if (cause instanceof TimeoutError) {
    return new TradingFailure('SERVICE_SILENT', `No answer to ${subject}; whether it was done is not known`, {
      cause,
    });
  }
  if (isFailureReply(cause)) {
    const { code, message, context, retryAfterMs } = cause;
    return new TradingFailure(code, message, { context, retryAfterMs });
  }
  return cause;
}
