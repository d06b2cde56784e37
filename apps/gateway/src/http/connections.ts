/**
 * Every connection of a client, and what it may cost: so many per address, so many requests unanswered on one, and a
 * time in which an answer is taken. When a connection closes, so does each of its responses: Node itself closes only
 * the one that is being written, and those pipelined behind it would hold what they hold for ever.
 */
import { Metrics } from '@elvis/platform';
import { Injectable } from '@nestjs/common';
import { FastifyInstance } from 'fastify';
import { ServerResponse } from 'node:http';
import { BlockList, Socket, isIP } from 'node:net';
import { GatewayConfig } from '../gateway.config';
import { addressKey } from '../limits/limit-answer';

/** No client of ours pipelines; one that does is served this far, and then cut off. */
const UNANSWERED_AT_MOST = 16;
/** Of all addresses together: each costs a descriptor and some 20 kB. */
const CONNECTIONS_AT_MOST = 8_192;
const SWEEP_MS = 1_000;
/** An answer has this long to leave, and a second more for each 64 kB of it. */
const TAKEN_WITHIN_MS = 10_000;
const BYTES_PER_MS = 64;
/** How long a client may keep a connection that we have ended; it needs a moment to read the last answer. */
const LINGER_MS = 5_000;

interface Connection {
  readonly socket: Socket;
  readonly address: Address | undefined;
  /** Responses that have not closed. */
  readonly open: Set<ServerResponse>;
  /** A good key came by it: it is closed last when there are too many. */
  isKnown: boolean;
  /** It carries a stream of events, which has bounds of its own. */
  isStream: boolean;
  /** Bytes that the client had taken when it last took some, and when that was. */
  taken: number;
  takenAtMs: number | undefined;
  endedAtMs: number | undefined;
}

/** Those of one address that may be closed to make room: nobody's, then those with nothing under way; oldest first. */
interface Address {
  readonly name: string;
  count: number;
  readonly unidentified: Set<Connection>;
  readonly idle: Set<Connection>;
}

@Injectable()
export class Connections {
  private readonly all = new Map<Socket, Connection>();
  private readonly addresses = new Map<string, Address>();
  private readonly unidentified = new Set<Connection>();
  private readonly proxies: BlockList;
  private sweeper: NodeJS.Timeout | undefined;

  constructor(
    private readonly config: GatewayConfig,
    metrics: Metrics,
  ) {
    this.proxies = blockList(config.TRUSTED_PROXIES);
    metrics.gaugeOf('gateway_connections', 'Connections of clients that are open', () => this.all.size);
  }

  /** Comes before every other hook: what those start for a response ends when it closes. */
  serve(instance: FastifyInstance): void {
    const { server } = instance;
    server.on('connection', (socket) => this.open(socket));
    this.sweeper = setInterval(() => this.sweep(performance.now()), SWEEP_MS).unref();
    server.once('close', () => clearInterval(this.sweeper));
    instance.addHook('onRequest', (request, reply, done) => {
      if (this.admit(request.raw.socket, reply.raw)) return done();
      reply.hijack();
    });
  }

  /** A good key came by this connection. */
  recognize(socket: Socket): void {
    const connection = this.all.get(socket);
    if (!connection || connection.isKnown) return;
    connection.isKnown = true;
    this.unidentified.delete(connection);
    connection.address?.unidentified.delete(connection);
  }

  /** From now on it carries a stream. */
  becomeStream(socket: Socket): void {
    const connection = this.all.get(socket);
    if (!connection) return;
    connection.isStream = true;
    connection.address?.idle.delete(connection);
  }

  /** Takes a request in; false if its connection has too many unanswered, and is closed for it. */
  private admit(socket: Socket, response: ServerResponse): boolean {
    const connection = this.all.get(socket);
    // The client has gone: nothing would ever close the response.
    if (!connection) return false;
    if (connection.open.size >= UNANSWERED_AT_MOST) {
      socket.destroy();
      return false;
    }
    connection.address?.idle.delete(connection);
    connection.open.add(response);
    response.once('close', () => this.finish(connection, response));
    return true;
  }

  private open(socket: Socket): void {
    const { remoteAddress } = socket;
    if (remoteAddress === undefined) return void socket.destroy();
    const name = this.isProxy(remoteAddress) ? undefined : addressKey(remoteAddress);
    if (!this.makeRoom(name)) return void socket.destroy();
    const address = name === undefined ? undefined : this.addressOf(name);
    const connection: Connection = {
      socket,
      address,
      open: new Set(),
      isKnown: false,
      isStream: false,
      taken: 0,
      takenAtMs: undefined,
      endedAtMs: undefined,
    };
    this.all.set(socket, connection);
    // What a proxy sends is many clients': none of them is closed to make room for another.
    if (address) {
      address.count += 1;
      address.unidentified.add(connection);
      this.unidentified.add(connection);
    }
    socket.once('close', () => this.close(connection));
  }

  private close(connection: Connection): void {
    const { address } = connection;
    if (!this.all.delete(connection.socket)) return;
    this.unidentified.delete(connection);
    if (address) {
      address.count -= 1;
      address.unidentified.delete(connection);
      address.idle.delete(connection);
      if (address.count === 0) this.addresses.delete(address.name);
    }
    for (const response of connection.open) {
      if (response.socket !== connection.socket) response.emit('close');
    }
  }

  private finish(connection: Connection, response: ServerResponse): void {
    connection.open.delete(response);
    const { address, isKnown, isStream, open, socket } = connection;
    if (address && isKnown && !isStream && open.size === 0 && !socket.destroyed) address.idle.add(connection);
  }

  /** Closes the connection that is missed least; false if all are in use by those who may. */
  private makeRoom(name: string | undefined): boolean {
    const address = name === undefined ? undefined : this.addresses.get(name);
    if (address && address.count >= this.config.MAX_CONNECTIONS_PER_ADDRESS) {
      const [least] = address.unidentified.size > 0 ? address.unidentified : address.idle;
      if (!least) return false;
      least.socket.destroy();
      this.close(least);
    }
    if (this.all.size < CONNECTIONS_AT_MOST) return true;
    const [oldest] = this.unidentified;
    if (!oldest) return false;
    oldest.socket.destroy();
    this.close(oldest);
    return true;
  }

  /** Ends who does not take an answer, and who does not close what we have ended. */
  private sweep(nowMs: number): void {
    for (const connection of this.all.values()) {
      if (isUnread(connection, nowMs) || isLingering(connection, nowMs)) connection.socket.destroy();
    }
  }

  private addressOf(name: string): Address {
    let address = this.addresses.get(name);
    if (!address) {
      address = { name, count: 0, unidentified: new Set(), idle: new Set() };
      this.addresses.set(name, address);
    }
    return address;
  }

  private isProxy(ip: string): boolean {
    return this.config.TRUSTED_PROXIES.length > 0 && this.proxies.check(ip, isIP(ip) === 6 ? 'ipv6' : 'ipv4');
  }
}

function isUnread(connection: Connection, nowMs: number): boolean {
  const { socket } = connection;
  const unsent = socket.writableLength;
  if (unsent === 0) {
    connection.takenAtMs = undefined;
    return false;
  }
  const taken = socket.bytesWritten - unsent;
  if (connection.takenAtMs === undefined || taken !== connection.taken) {
    connection.taken = taken;
    connection.takenAtMs = nowMs;
    return false;
  }
  return nowMs - connection.takenAtMs > TAKEN_WITHIN_MS + unsent / BYTES_PER_MS;
}

function isLingering(connection: Connection, nowMs: number): boolean {
  if (!connection.socket.writableFinished) return false;
  connection.endedAtMs ??= nowMs;
  return nowMs - connection.endedAtMs > LINGER_MS;
}

function blockList(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', bits] = range.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return list;
}
