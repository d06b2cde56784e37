/**
 * One client of the Coinbase-shaped stream: what it has subscribed to, the numbers of its messages, and the troubles that
 * the admin port may give it. It is cut when it does not subscribe, hears nothing, asks too often or reads too slowly.
 */
import { WebSocket } from 'ws';
import { COINBASE_FAULTS, Faults } from '../faults/faults';
import { PaperClock } from '../faults/paper-clock';
import { envelope } from './payloads';

/** A product that was never asked for: what a wrong name looks like. */
const WRONG_PRODUCT = 'DOGE-USD';
const SUBSCRIBE_WITHIN_MS = 5_000;
/** Coinbase says 60 to 90 s. */
const IDLE_MS = 75_000;
const MESSAGES_PER_SECOND = 8;
const MOST_BUFFERED = 4 * 1024 * 1024;
const POLICY_VIOLATION = 1008;

export class CoinbaseConnection {
  /** Channel by channel the products that are subscribed to, under the names that the answers have. */
  readonly channels = new Map<string, Set<string>>();
  private hasSubscribed = false;
  private sequence = 0;
  private heartbeats = 0;
  private readonly openedAt: number;
  private sentAt: number;
  private second = 0;
  private received = 0;
  /** Waits for the message behind it. */
  private heldBack: string | undefined;

  constructor(
    private readonly socket: WebSocket,
    private readonly faults: Faults,
    private readonly clock: PaperClock,
  ) {
    this.openedAt = this.sentAt = clock.steady();
  }

  get isOpen(): boolean {
    return this.socket.readyState === WebSocket.OPEN;
  }

  hears(channel: string, product: string): boolean {
    return this.channels.get(channel)?.has(product) ?? false;
  }

  nextHeartbeat(): number {
    this.heartbeats += 1;
    return this.heartbeats;
  }

  /** Whether the client may send another message now; one that sends too many is cut. */
  mayAsk(): boolean {
    const second = Math.floor(this.clock.steady() / 1_000);
    this.received = second === this.second ? this.received + 1 : 1;
    this.second = second;
    if (this.received <= MESSAGES_PER_SECOND) return true;
    this.cut('rate limit exceeded');
    return false;
  }

  /** Sends what is of one product, or of none, as the next message. */
  send(channel: string, event: object, product = ''): void {
    if (!this.isOpen) return;
    if (this.socket.bufferedAmount > MOST_BUFFERED) return this.socket.terminate();
    if (this.strikes('coinbase-slow', product)) return this.cut('ErrSlowConsume');
    const isGap = this.strikes('coinbase-gap', product);
    const isWrong = product !== '' && this.strikes('coinbase-wrong-product', product);
    const text = envelope(channel, this.sequence, this.clock.now(), [event]);
    this.sequence += 1;
    this.sentAt = this.clock.steady();
    if (isGap) return;
    if (this.strikes('coinbase-out-of-order', product) && this.heldBack === undefined) {
      this.heldBack = text;
      return;
    }
    this.socket.send(isWrong ? text.replaceAll(`"${product}"`, `"${WRONG_PRODUCT}"`) : text);
    if (this.heldBack === undefined) return;
    this.socket.send(this.heldBack);
    this.heldBack = undefined;
  }

  refuse(message: string): void {
    if (this.isOpen) this.socket.send(JSON.stringify({ type: 'error', message }));
  }

  /** Ends what has not subscribed in time or has heard nothing for too long. */
  checkAge(): void {
    const now = this.clock.steady();
    this.hasSubscribed ||= this.channels.size > 0;
    const isMute = !this.hasSubscribed && now - this.openedAt > SUBSCRIBE_WITHIN_MS;
    if (isMute || now - this.sentAt > IDLE_MS)
      this.socket.close(POLICY_VIOLATION, 'no subscription or no update');
  }

  private cut(why: string): void {
    this.refuse(why);
    this.socket.close(POLICY_VIOLATION, why);
  }

  private strikes(kind: (typeof COINBASE_FAULTS)[number], product: string): boolean {
    return this.faults.strike([kind], { symbol: product || undefined }) !== undefined;
  }
}
