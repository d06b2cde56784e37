/** Who listens to which stream. Publishing to a stream without listeners costs one look-up: payloads are built on demand. */
import { ClientSocket } from './client-socket';

const TAPPED = /@(trade|depth@0ms)$/;

export class StreamHub {
  private readonly listeners = new Map<string, Set<ClientSocket>>();
  /** While set, nothing is delivered: a silent feed on an open connection. */
  silentUntil = 0;
  /** Also hears every trade and every depth change, with or without listeners. */
  tap: ((stream: string, payload: string) => void) | undefined;

  subscribe(client: ClientSocket, stream: string): void {
    client.streams.add(stream);
    let listeners = this.listeners.get(stream);
    if (!listeners) {
      listeners = new Set();
      this.listeners.set(stream, listeners);
    }
    listeners.add(client);
  }

  unsubscribe(client: ClientSocket, stream: string): void {
    client.streams.delete(stream);
    const listeners = this.listeners.get(stream);
    listeners?.delete(client);
    if (listeners?.size === 0) this.listeners.delete(stream);
  }

  unsubscribeAll(client: ClientSocket): void {
    for (const stream of [...client.streams]) this.unsubscribe(client, stream);
  }

  wanted(stream: string): boolean {
    return this.listeners.has(stream) || (this.tap !== undefined && TAPPED.test(stream));
  }

  /** The streams that have listeners now. */
  names(): IterableIterator<string> {
    return this.listeners.keys();
  }

  publish(stream: string, now: number, payload: () => string): void {
    if (this.tap && TAPPED.test(stream)) this.tap(stream, payload());
    const listeners = this.listeners.get(stream);
    if (!listeners || now < this.silentUntil) return;
    const text = payload();
    for (const client of listeners) client.deliver(stream, text);
  }
}
