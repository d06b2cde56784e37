/** Delivers user events to the account's private connections, with the faults such a stream can have. */
import { EVENT_FAULTS, Faults } from '../faults/faults';
import { ClientSocket } from './client-socket';

interface UserSocket {
  readonly client: ClientSocket;
  readonly listenKey: string;
  /** The event types it asked for; all when empty. */
  readonly events: ReadonlySet<string>;
  /** How this connection wants an event wrapped, where not as a stream. */
  readonly wrap?: (payload: string) => string;
}

export class UserStreams {
  private readonly accounts = new Map<string, Set<UserSocket>>();
  /** Events held back to be swapped with the next. */
  private readonly held = new Map<string, { readonly type: string; readonly payload: string }>();
  private readonly listeners = new Set<(account: string, type: string, payload: string) => void>();

  constructor(private readonly faults: Faults) {}

  join(
    account: string,
    client: ClientSocket,
    listenKey: string,
    events: readonly string[],
    wrap?: (payload: string) => string,
  ): void {
    let sockets = this.accounts.get(account);
    if (!sockets) {
      sockets = new Set();
      this.accounts.set(account, sockets);
    }
    const socket = { client, listenKey, events: new Set(events), wrap };
    sockets.add(socket);
    client.socket.once('close', () => sockets.delete(socket));
  }

  /** Takes a connection off every account's events. */
  removeClient(client: ClientSocket): void {
    for (const sockets of this.accounts.values())
      for (const socket of sockets) if (socket.client === client) sockets.delete(socket);
  }

  /** Also hears every event of every account: the event log, for one. */
  onEvent(listener: (account: string, type: string, payload: string) => void): void {
    this.listeners.add(listener);
  }

  wanted(account: string): boolean {
    return this.listeners.size > 0 || (this.accounts.get(account)?.size ?? 0) > 0;
  }

  publish(account: string, type: string, payload: string): void {
    for (const listener of this.listeners) listener(account, type, payload);
    const fault = this.faults.strike(EVENT_FAULTS, {
      account: account.replace(/^spot:/, ''),
      event: type,
    });
    if (fault?.kind === 'event-lost') return;
    if (fault?.kind === 'event-late') {
      setTimeout(() => this.send(account, type, payload), fault.delayMs ?? 1_000);
      return;
    }
    const before = this.held.get(account);
    if (fault?.kind === 'event-swapped' && !before) {
      this.held.set(account, { type, payload });
      return;
    }
    this.send(account, type, payload);
    if (fault?.kind === 'event-twice') this.send(account, type, payload);
    if (!before) return;
    this.held.delete(account);
    this.send(account, before.type, before.payload);
  }

  /** Ends what hangs on a listen key that is no more; an expired one is told so first. */
  endKey(listenKey: string, account: string, farewell: string | undefined): void {
    for (const socket of this.accounts.get(account) ?? []) {
      if (socket.listenKey !== listenKey) continue;
      if (farewell) socket.client.deliver(listenKey, farewell);
      if (farewell) this.accounts.get(account)!.delete(socket);
      else socket.client.socket.close(1000);
    }
  }

  private send(account: string, type: string, payload: string): void {
    for (const { client, events, listenKey, wrap } of this.accounts.get(account) ?? [])
      if (wrap) client.send(wrap(payload));
      else if (events.size === 0 || events.has(type)) client.deliver(listenKey, payload);
  }
}
