/** A WebSocket to the paper exchange that remembers what came, for specs to wait for. */
import { createHmac } from 'node:crypto';
import { WebSocket } from 'ws';
import type { Parameters } from '../signed-calls';
import type { PaperVenue } from '../venue';

export type Message = Readonly<Record<string, unknown>>;

export class Socket {
  readonly came: Message[] = [];
  private waiting: { readonly wanted: (message: Message) => boolean; take(message: Message): void }[] = [];
  private ids = 0;

  private constructor(
    private readonly socket: WebSocket,
    private readonly venue: PaperVenue,
  ) {
    socket.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as Message;
      this.came.push(message);
      for (const waiter of this.waiting.filter(({ wanted }) => wanted(message))) waiter.take(message);
    });
  }

  static async open(venue: PaperVenue, path: string): Promise<Socket> {
    const socket = new WebSocket(`${venue.ws}${path}`);
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    return new Socket(socket, venue);
  }

  /** The first message of this kind, now or later. */
  next(wanted: (message: Message) => boolean): Promise<Message> {
    const known = this.came.find(wanted);
    if (known) return Promise.resolve(known);
    return new Promise((resolve) => this.waiting.push({ wanted, take: resolve }));
  }

  /** A call of the WebSocket API; signed when it has parameters of an account. */
  call(method: string, parameters: Parameters, signed: boolean): Promise<Message> {
    this.ids += 1;
    const id = `call-${this.ids}`;
    const { apiKey, apiSecret, exchange } = this.venue;
    const sent = signed ? { ...parameters, apiKey, timestamp: exchange.clock.now() } : parameters;
    const text = Object.entries(sent)
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([name, value]) => `${name}=${value}`)
      .join('&');
    const signature = createHmac('sha256', apiSecret).update(text).digest('hex');
    this.socket.send(JSON.stringify({ id, method, params: signed ? { ...sent, signature } : sent }));
    return this.next((message) => message.id === id);
  }

  close(): void {
    this.socket.terminate();
  }
}
