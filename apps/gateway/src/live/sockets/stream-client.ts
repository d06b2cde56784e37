/**
 * One client of the stream: what it listens to, how much it can take, and what is on its way to it. Messages about the
 * account always go, within 50 ms (a second while its page is hidden); market topics go as often as its level allows.
 * It is cut off, and told why, when 16 MB wait for it or it answers no ping for half a minute.
 */
import { Socket } from 'node:net';
import { randomBytes } from 'node:crypto';
import { WebSocket } from 'ws';
import { MarketTopic } from '../domain/market-topic';
import {
  ACCOUNT_ONLY,
  Quality,
  QualityChange,
  STATE_INTERVALS_MS,
  TRADES_INTERVALS_MS,
  UNSENT_CUT_BYTES,
} from '../domain/quality';
import { RoundTrips } from '../domain/round-trips';
import { Frame, pingFrame } from '../frames/frame';
import { MessageFrames } from '../frames/message-frames';
import { TopicFeeds } from '../market/topic-feeds';
import { LiveMessage, Topic } from '../topics';
import { WaitingMessages } from '../waiting-messages';
import { TopicName } from './client-words';
import { MarketLanes } from './market-lanes';
import { Lane, Ticks } from './ticks';

const MESSAGES_MS = 50;
const HIDDEN_MESSAGES_MS = 1_000;
const LOOK_MS = 1_000;
/** Who is sent market data is asked each second how it does, others only whether they are there. */
const PING_IDLE_MS = 15_000;
const SILENT_AT_MOST_MS = 30_000;
const PING_BYTES = 4;

/** What all clients share. */
export interface Shared {
  readonly feeds: TopicFeeds;
  readonly ticks: Ticks;
  readonly frames: MessageFrames;
}

/** How the stream's connection is written to and ended. */
export interface StreamLine {
  readonly client: WebSocket;
  readonly socket: Socket;
  /** Ends the connection soon, and says why. */
  cut(reason: string): void;
}

export class StreamClient {
  /** Those about the account; the market's stand in its lanes. */
  readonly topics = new Set<Topic>();
  private readonly waiting = new WaitingMessages();
  private readonly messages: Lane;
  private readonly looks: Lane;
  private readonly market: MarketLanes;
  private readonly quality: Quality;
  private readonly roundTrips: RoundTrips;
  private readonly inflates: boolean;
  private ping: { readonly payload: Buffer; readonly sentAtMs: number } | undefined;

  /** @param phase where the client's intervals lie; different for each, so that not all are sent to at once */
  constructor(
    private readonly line: StreamLine,
    private readonly shared: Shared,
    phase: number,
    nowMs: number,
  ) {
    const { feeds, ticks } = shared;
    this.inflates = line.client.extensions.includes('permessage-deflate');
    this.quality = new Quality(nowMs);
    this.roundTrips = new RoundTrips(nowMs);
    this.messages = new Lane(MESSAGES_MS, phase, (atMs) => this.sendMessages(atMs));
    this.looks = new Lane(LOOK_MS, phase, (atMs) => this.look(atMs));
    this.market = new MarketLanes(feeds, ticks, phase, {
      mayStart: (atMs) => this.consider(atMs, true),
      refused: (topic, reason) => this.say({ topic: 'refused', topics: [topic], reason }),
      send: (frames) => this.write(frames),
    });
    ticks.arm(this.looks);
  }

  get topicNames(): string[] {
    return [...this.topics, ...this.market.names];
  }

  get unsentBytes(): number {
    return this.line.client.bufferedAmount;
  }

  deliver(message: LiveMessage): void {
    if (!this.topics.has(message.topic)) return;
    this.waiting.add(message);
    this.shared.ticks.arm(this.messages);
  }

  /** Says something about the stream itself, ahead of what waits. */
  say(message: object): void {
    this.write([new Frame(JSON.stringify([message]))]);
  }

  /** Adds topics, to be started; answers those for which there is no room. */
  subscribe(topics: readonly TopicName[]): string[] {
    const market: MarketTopic[] = [];
    for (const topic of topics) {
      if ('account' in topic) this.topics.add(topic.account);
      else market.push(topic.market);
    }
    return this.market.subscribe(market);
  }

  /** Sends the newest of the topics that were added. */
  start(nowMs: number): void {
    this.market.start(nowMs);
  }

  unsubscribe(topics: readonly TopicName[]): void {
    for (const topic of topics) {
      if ('account' in topic) this.topics.delete(topic.account);
      else this.market.unsubscribe([topic.market]);
    }
  }

  setHidden(isHidden: boolean, nowMs: number): void {
    this.messages.setInterval(isHidden ? HIDDEN_MESSAGES_MS : MESSAGES_MS);
    this.apply(this.quality.show(isHidden), nowMs);
  }

  /** A pong came; one that answers nothing of ours says nothing. */
  answered(payload: Buffer, nowMs: number): void {
    if (!this.ping?.payload.equals(payload)) return;
    const isQuick = this.roundTrips.answered(nowMs);
    this.consider(nowMs, isQuick);
  }

  close(): void {
    this.market.close();
    this.waiting.takeAll();
    this.shared.ticks.disarm(this.looks);
    this.shared.ticks.disarm(this.messages);
  }

  private sendMessages(nowMs: number): void {
    const messages = this.waiting.takeAll();
    if (messages.length > 0) this.write([this.shared.frames.of(messages, nowMs)]);
  }

  private look(nowMs: number): void {
    if (!this.isOpen) return;
    this.shared.ticks.arm(this.looks);
    if (this.roundTrips.silentMs(nowMs) > SILENT_AT_MOST_MS)
      return this.line.cut('Stream closed: the client answers no ping; reconnect');
    const isQuick = this.roundTrips.stillWaiting(nowMs);
    const pauseMs = this.market.count > 0 ? 0 : PING_IDLE_MS;
    if (!this.roundTrips.isWaiting && nowMs - (this.ping?.sentAtMs ?? -Infinity) >= pauseMs)
      this.sendPing(nowMs);
    this.consider(nowMs, isQuick);
  }

  private sendPing(nowMs: number): void {
    if (!this.isOpen) return;
    // Only a client that has read it knows what to answer.
    this.ping = { payload: randomBytes(PING_BYTES), sentAtMs: nowMs };
    this.roundTrips.sent(nowMs);
    this.line.socket.write(pingFrame(this.ping.payload));
  }

  /** Without market topics there is nothing that could be sent less often. */
  private consider(nowMs: number, isQuick: boolean): void {
    if (this.market.count === 0) return;
    this.apply(this.quality.look(nowMs, this.unsentBytes, this.roundTrips.isSlow, isQuick), nowMs);
  }

  private apply(change: QualityChange | undefined, nowMs: number): void {
    if (!change) return;
    const { level, reason } = change;
    this.roundTrips.forget();
    const [orderBookMs, tradesMs] =
      level === ACCOUNT_ONLY ? [null, null] : [STATE_INTERVALS_MS[level], TRADES_INTERVALS_MS[level]];
    this.say({ topic: 'quality', level, reason, orderBookMs, tradesMs });
    this.market.setLevel(level, nowMs);
  }

  private get isOpen(): boolean {
    return this.line.client.readyState === WebSocket.OPEN;
  }

  private write(frames: readonly Frame[]): void {
    if (!this.isOpen) return;
    const { socket } = this.line;
    socket.cork();
    for (const frame of frames) socket.write(frame.bytes(this.inflates));
    socket.uncork();
    if (this.unsentBytes > UNSENT_CUT_BYTES)
      this.line.cut('Stream closed: the client reads too slowly and 16 MB wait for it; reconnect');
  }
}
