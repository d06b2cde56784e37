/**
 * What the replicas of execution tell each other over the bus about Redis. One that cannot reach Redis learns here
 * whether Redis is unavailable for all, or only for itself.
 */
import { JSONCodec, NatsConnection } from 'nats';

export abstract class PeerStatus {
  abstract publishStatus(seesRedis: boolean): void;
  /** `up`: another replica sees Redis. `down`: others are heard and none does. `silent`: no replica is heard. */
  abstract peerStatus(): 'up' | 'down' | 'silent';
}

const SUBJECT = 'elvis.presence.execution';
const FRESH_MS = 3_000;
const codec = JSONCodec<{ owner: string; seesRedis: boolean }>();

export class NatsPeerStatus extends PeerStatus {
  private readonly peers = new Map<string, { readonly seesRedis: boolean; readonly at: number }>();

  constructor(
    private readonly connection: NatsConnection,
    private readonly owner: string,
  ) {
    super();
    connection.subscribe(SUBJECT, {
      callback: (error, message) => {
        if (error) return;
        const { owner: peer, seesRedis } = codec.decode(message.data);
        if (peer !== this.owner) this.peers.set(peer, { seesRedis, at: performance.now() });
      },
    });
  }

  publishStatus(seesRedis: boolean): void {
    if (!this.connection.isClosed())
      this.connection.publish(SUBJECT, codec.encode({ owner: this.owner, seesRedis }));
  }

  peerStatus(): 'up' | 'down' | 'silent' {
    const now = performance.now();
    for (const [peer, { at }] of this.peers) if (now - at > FRESH_MS) this.peers.delete(peer);
    const voices = [...this.peers.values()];
    if (voices.length === 0) return 'silent';
    return voices.some(({ seesRedis }) => seesRedis) ? 'up' : 'down';
  }
}
