/**
 * The typed bus: `bus.request(submitOrder, {...})` does not compile with a wrong field and returns the reply's type.
 *
 * Two silences are told apart: the subject has no responder (nothing happened), and no answer came in time (nobody
 * knows). Market updates are plain messages, lossy by design.
 */
import { Command, MarketFeed, Query } from '@elvis/contracts';
import { FailureCode, TradingFailure, isFailureCode } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { ErrorCode, headers as natsHeaders, JSONCodec, Msg, MsgHdrs, NatsConnection, NatsError } from 'nats';
import { NatsLink } from './nats-link';
import { Requests } from './requests';
import { TRACE_HEADER, currentTraceId } from '../observability/trace';

export interface RequestOptions {
  /** How long to wait for the answer, in milliseconds; 5 s unless told otherwise. */
  readonly timeoutMs?: number;
}

const DEFAULT_TIMEOUT_MS = 5_000;
const codec = JSONCodec();

/** What Nest's servers understand, and how they answer. */
interface Question {
  readonly pattern: string;
  readonly data: object;
  readonly id: string;
}
interface Answer<Reply> {
  readonly response?: Reply;
  readonly err?: unknown;
}

@Injectable()
export class Bus {
  private readonly link: NatsLink;
  private asked = 0;

  constructor(connection: NatsConnection | NatsLink) {
    this.link = NatsLink.over(connection);
  }

  /**
   * Sends a command or a query and waits for the answer.
   *
   * @throws TradingFailure SERVICE_UNREACHABLE it has no responder: nothing happened
   * @throws TradingFailure SERVICE_SILENT      no answer in time: it is not known whether it happened
   * @throws TradingFailure                     whatever the other side threw
   */
  async request<Payload extends object, Reply>(
    contract: Command<Payload, Reply> | Query<Payload, Reply>,
    payload: Payload,
    { timeoutMs = DEFAULT_TIMEOUT_MS }: RequestOptions = {},
  ): Promise<Reply> {
    // Kept back by the client until it is connected again, it would arrive when it is no longer waited for.
    const connection = this.present;
    if (!connection) throw notSent(contract.subject);
    const headers = natsHeaders();
    headers.set(TRACE_HEADER, currentTraceId());
    this.asked += 1;
    const question: Question = { pattern: contract.subject, data: payload, id: `${this.asked}` };
    const { err, response } = await this.ask<Reply>(connection, question, headers, timeoutMs);
    if (err !== undefined && err !== null) throw failureIn(err);
    return response as Reply;
  }

  private async ask<Reply>(
    connection: NatsConnection,
    question: Question,
    headers: MsgHdrs,
    timeoutMs: number,
  ): Promise<Answer<Reply>> {
    const { pattern: subject } = question;
    let message: Msg;
    try {
      message = await Requests.over(connection).request(subject, codec.encode(question), {
        headers,
        timeoutMs,
      });
    } catch (cause) {
      throw explain(subject, cause);
    }
    return codec.decode(message.data) as Answer<Reply>;
  }

  /**
   * Publishes a market update; nobody is waited for. While the bus is unavailable it is dropped, not kept: delivered
   * later it would be older than the age it carries.
   */
  publish<Payload extends object>(feed: MarketFeed<Payload>, symbol: string, payload: Payload): void {
    this.present?.publish(`${feed.prefix}.${symbol}`, codec.encode(payload));
  }

  /** Publishes a text as it is; the same is true of it. */
  publishText(subject: string, text: string): void {
    this.present?.publish(subject, text);
  }

  /** Calls `handle` for every update of the feed, of all symbols; a message that cannot be read goes to `onMalformed`. */
  subscribe<Payload extends object>(
    feed: MarketFeed<Payload>,
    handle: (update: Payload) => void,
    onMalformed: (error: unknown) => void = () => undefined,
  ): void {
    this.link.whenItStands((connection) => {
      connection.subscribe(`${feed.prefix}.>`, {
        callback: (error, message) => {
          if (error) return;
          try {
            handle(codec.decode(message.data) as Payload);
          } catch (problem) {
            onMalformed(problem);
          }
        },
      });
    });
  }

  private get present(): NatsConnection | undefined {
    return this.link.isUp ? this.link.standing : undefined;
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

/** A failure that the other side threw, as it threw it. */
function failureIn(cause: unknown): unknown {
  if (!isFailureReply(cause)) return cause;
  const { code, message, context, retryAfterMs } = cause;
  return new TradingFailure(code, message, { context, retryAfterMs });
}

function explain(subject: string, cause: unknown): unknown {
  switch (cause instanceof NatsError && cause.code) {
    case ErrorCode.NoResponders:
      return new TradingFailure(
        'SERVICE_UNREACHABLE',
        `No running service answers ${subject}; the request was not executed. Retry`,
        {
          cause,
        },
      );
    case ErrorCode.Timeout:
    case ErrorCode.Disconnect:
      return new TradingFailure(
        'SERVICE_SILENT',
        `No answer to ${subject} in time; it is unknown whether the request was executed. Query its effect before repeating it`,
        { cause },
      );
    case ErrorCode.ConnectionClosed:
    case ErrorCode.ConnectionDraining:
      return notSent(subject, cause);
    default:
      return cause;
  }
}

const notSent = (subject: string, cause?: unknown): TradingFailure =>
  new TradingFailure('SERVICE_UNREACHABLE', `NATS is unavailable; ${subject} was not sent. Retry`, { cause });
