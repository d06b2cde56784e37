import { TradingFailure } from '@elvis/trading';
import { Controller, Get, Headers, Post, Query, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { FastifyReply, FastifyRequest } from 'fastify';
import { Connections } from '../http/connections';
import { Caller, From, Needs, ownerOf } from '../identity/caller';
import { LiveMessages } from './live-messages';
import { OpenStreams } from './open-streams';
import { ClientBuffer } from './client-buffer';
import { StreamPlaces } from './stream-places';
import { Tickets } from '../identity/tickets';
import { withoutKey } from './frames/message-frames';
import { SYMBOL_TOPICS } from './domain/market-topic';
import { TopicName, readTopic } from './sockets/client-words';
import { WebSockets } from './sockets/web-sockets';
import { LiveMessage, TOPICS, Topic, isFor } from './topics';
import { Describe } from '../openapi/describe';
import { queryParameter } from '../openapi/parameters';

const streamParameters = [
  queryParameter(
    'topics',
    { type: 'string' },
    `Comma-separated, of ${TOPICS.join(' ')}; all of these if absent; also bot-steps:<id>. Over WebSocket also marks and, with a symbol, ${SYMBOL_TOPICS.join(' ')}, such as books.BTCUSDT; candles.BTCUSDT.1m; reference.BTCUSDT.`,
  ),
  queryParameter(
    'since',
    { type: 'string', pattern: '^[0-9a-f]{8}-[0-9]{1,15}$' },
    'Resume after this message, `<life>-<seq>`.',
  ),
  queryParameter('ticket', { type: 'string' }, 'A stream ticket, in place of a key.'),
];

const HEARTBEAT_MS = 15_000;

class StreamQuery {
  /** Comma-separated; all of them if absent. */
  @IsOptional() @IsString() @MaxLength(2_000) readonly topics?: string;
  @IsOptional() @Matches(/^[0-9a-f]{8}-\d{1,15}$/) readonly since?: string;
  @IsOptional() @IsString() @MaxLength(100) readonly ticket?: string;
}

@ApiTags('Live')
@Controller('api/v1')
export class LiveController {
  constructor(
    private readonly messages: LiveMessages,
    private readonly tickets: Tickets,
    private readonly sockets: WebSockets,
    private readonly streams: OpenStreams,
    private readonly places: StreamPlaces,
    private readonly connections: Connections,
  ) {}

  @Post('stream-tickets')
  @Describe({
    id: 'createStreamTicket',
    summary: 'Issue a ticket for one stream',
    description:
      'For browsers, which cannot send a header with a WebSocket. Use it once, as `?ticket=`, within 30 s.',
    answers: { 201: { description: 'The ticket.', schema: 'StreamTicket' } },
  })
  @Needs('read')
  ticket(@From() caller: Caller): Promise<{ ticket: string; expiresIn: number }> {
    return this.tickets.issue(caller);
  }

  /** The WebSocket; who comes without an upgrade is told what is missing. */
  @Get('stream')
  @Describe({
    id: 'stream',
    summary: 'Live events over WebSocket',
    description:
      'Messages are JSON arrays. Subscribe with `{"subscribe":["orders"]}` or `?topics=orders,fills`; resume with `?since=<life>-<seq>`. `gap: true` in the welcome means that messages were missed: read REST again.',
    parameters: streamParameters,
    answers: { 426: { description: 'Upgrade to WebSocket required.', schema: { type: 'object' } } },
    failures: { 401: ['TOKEN_INVALID'] },
  })
  @Needs('read', { ticket: true })
  async stream(
    @Req() request: FastifyRequest,
    @Query() query: StreamQuery,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (!this.sockets.isUpgrade(request)) {
      void reply.code(426).header('upgrade', 'websocket').send({ upgrade: 'websocket' });
      return;
    }
    const topics = topicsOf(query);
    await this.begin(request);
    this.sockets.accept(request, reply, { topics, since: query.since });
  }

  /** The same as server-sent events; `Last-Event-ID` or `since` goes on where one stopped. */
  @Get('events')
  @Describe({
    id: 'events',
    summary: 'Live events as server-sent events',
    parameters: streamParameters,
    answers: {
      200: {
        description: 'An endless stream. `Last-Event-ID` resumes it.',
        schema: { type: 'object' },
        otherTypes: { 'text/event-stream': { schema: { type: 'string' } } },
      },
    },
    failures: { 401: ['TOKEN_INVALID'] },
  })
  @Needs('read', { ticket: true })
  async events(
    @From() caller: Caller,
    @Req() request: FastifyRequest,
    @Query() query: StreamQuery,
    @Headers('last-event-id') lastId: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const topics = accountTopicsOf(query);
    await this.begin(request);
    const { socket } = request.raw;
    // Nothing would ever tell the stream of a client that has gone that it is over.
    if (socket.destroyed) return void reply.hijack();
    const releasePlace = this.places.acquire(caller);
    const { raw } = reply.hijack();
    this.connections.becomeStream(socket);
    for (const [name, value] of Object.entries(reply.getHeaders()))
      if (value !== undefined) raw.setHeader(name, value);
    raw.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      connection: 'close',
    });
    const write = (message: object, seq: number): boolean =>
      raw.write(`id: ${this.messages.life}-${seq}\ndata: ${JSON.stringify(message)}\n\n`);
    const buffer = new ClientBuffer({
      unsent: () => raw.writableLength,
      send: (messages) => messages.forEach((message) => write(withoutKey(message), message.seq)),
      giveUp: () => socket.destroy(),
    });
    const owner = ownerOf(caller);
    const deliver = (message: LiveMessage): void => {
      if (topics.has(message.topic) && isFor(owner, message)) buffer.add(message);
    };
    const since = query.since ?? lastId;
    const missed = since === undefined ? [] : this.messages.since(since);
    write({ topic: 'welcome', topics: [...topics], gap: !missed }, this.messages.newest);
    missed?.forEach(deliver);
    const stop = this.messages.listen(deliver, topics);
    const ended = this.streams.opened(caller, () => socket.destroy());
    const heartbeat = setInterval(() => raw.write(': still here\n\n'), HEARTBEAT_MS);
    raw.once('close', () => {
      clearInterval(heartbeat);
      ended();
      releasePlace();
      stop();
      buffer.close();
    });
  }

  /** A stream takes no room from the requests under way, also while it waits for its beginning. */
  private begin({ slot }: FastifyRequest): Promise<void> {
    slot?.();
    return this.messages.begin();
  }
}

/** All about the account if none is named. */
function topicsOf({ topics: text }: StreamQuery): readonly TopicName[] {
  const names = text ? text.split(',') : TOPICS;
  const topics = names.map(readTopic);
  if (topics.every((topic) => topic !== undefined)) return topics;
  throw new TradingFailure(
    'MESSAGE_MALFORMED',
    `Unknown topic; use ${TOPICS.join(', ')}, marks, candles.BTCUSDT.1m, reference.BTCUSDT, or one of ${SYMBOL_TOPICS.join(', ')} with a symbol, such as books.BTCUSDT`,
  );
}

function accountTopicsOf(query: StreamQuery): ReadonlySet<Topic> {
  const topics = topicsOf(query).map((topic) => ('account' in topic ? topic.account : undefined));
  if (topics.every((topic) => topic !== undefined)) return new Set(topics);
  throw new TradingFailure(
    'MESSAGE_MALFORMED',
    'Market topics are sent over WebSocket only; use /api/v1/stream',
  );
}
