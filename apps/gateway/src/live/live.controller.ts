import { TradingFailure } from '@elvis/trading';
import { Controller, Get, Headers, HttpCode, Post, Query, Res } from '@nestjs/common';
import { IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { FastifyReply } from 'fastify';
import { Caller, From, Needs } from '../identity/caller';
import { LiveFeed } from './live-feed';
import { Outbox } from './outbox';
import { Tickets } from './tickets';
import { LiveMessage, readTopics } from './topics';
import { withoutKey } from './web-sockets';

const HEARTBEAT_MS = 15_000;

class StreamQuery {
  /** Comma-separated; all of them if absent. */
  @IsOptional() @IsString() @MaxLength(200) readonly topics?: string;
  @IsOptional() @Matches(/^[0-9a-f]{8}-\d{1,15}$/) readonly since?: string;
  @IsOptional() @IsString() @MaxLength(100) readonly ticket?: string;
}

@Controller('api/v1')
export class LiveController {
  constructor(
    private readonly feed: LiveFeed,
    private readonly tickets: Tickets,
  ) {}

  @Post('stream-tickets')
  @Needs('read')
  ticket(@From() caller: Caller): Promise<{ ticket: string; expiresIn: number }> {
    return this.tickets.issue(caller);
  }

  /** The address of the WebSocket, for those who come without an upgrade. */
  @Get('stream')
  @HttpCode(426)
  @Needs('read', { ticket: true })
  stream(@Res({ passthrough: true }) reply: FastifyReply): object {
    reply.header('upgrade', 'websocket');
    return { upgrade: 'websocket' };
  }

  /** The same as server-sent events; `Last-Event-ID` or `since` goes on where one stopped. */
  @Get('events')
  @Needs('read', { ticket: true })
  events(
    @Query() query: StreamQuery,
    @Headers('last-event-id') lastId: string | undefined,
    @Res() reply: FastifyReply,
  ): void {
    const topics = readTopics(query.topics);
    if (!topics) throw new TradingFailure('MESSAGE_MALFORMED', 'topics names one that is none');
    const { raw } = reply.hijack();
    for (const [name, value] of Object.entries(reply.getHeaders()))
      if (value !== undefined) raw.setHeader(name, value);
    raw.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      connection: 'close',
    });
    const write = (message: object, seq: number): boolean =>
      raw.write(`id: ${this.feed.life}-${seq}\ndata: ${JSON.stringify(message)}\n\n`);
    const outbox = new Outbox({
      unsent: () => raw.writableLength,
      send: (messages) => messages.forEach((message) => write(withoutKey(message), message.seq)),
      giveUp: () => raw.destroy(),
    });
    const deliver = (message: LiveMessage): void => {
      if (topics.has(message.topic)) outbox.add(message);
    };
    const since = query.since ?? lastId;
    const missed = since === undefined ? [] : this.feed.since(since);
    write({ topic: 'welcome', topics: [...topics], gap: !missed }, this.feed.newest);
    missed?.forEach(deliver);
    const stop = this.feed.listen(deliver);
    const heartbeat = setInterval(() => raw.write(': still here\n\n'), HEARTBEAT_MS);
    raw.once('close', () => {
      clearInterval(heartbeat);
      stop();
      outbox.close();
    });
  }
}
