/** How a service reaches NATS: its own user, and an inbox prefix that nobody else may listen on. */
import { connect, ConnectionOptions, NatsConnection } from 'nats';
import { gatherNatsWrites } from './nats-socket';

gatherNatsWrites();

/** Splits `nats://user:password@host:port` into what the client wants; the password stays out of every message. */
export function natsOptions(
  natsUrl: string,
  name: string,
): ConnectionOptions & { servers: string; inboxPrefix?: string } {
  const { protocol, username, password, host } = new URL(natsUrl);
  const user = decodeURIComponent(username);
  return {
    servers: `${protocol}//${host}`,
    name,
    ...(user && { user, pass: decodeURIComponent(password), inboxPrefix: `_INBOX_${user}` }),
    maxReconnectAttempts: -1,
    reconnectTimeWait: 250,
    reconnectJitter: 100,
    noAsyncTraces: true,
    pingInterval: 5_000,
    maxPingOut: 3,
  };
}

/** Connects, and keeps trying in the background whenever the connection is lost. */
export const connectNats = (natsUrl: string, name: string): Promise<NatsConnection> =>
  connect({ ...natsOptions(natsUrl, name), waitOnFirstConnect: true });

/** Where this service may be answered; the client keeps it, and shows it to its own parts only. */
export const inboxPrefixOf = (connection: NatsConnection): string | undefined =>
  (connection as unknown as { readonly options: { readonly inboxPrefix?: string } }).options.inboxPrefix;

export { NatsConnection } from 'nats';
