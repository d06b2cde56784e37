/** The WebSocket side of the front, on the port of its REST side. */
import { everyBeat } from '@elvis/platform';
import { Injectable } from '@nestjs/common';
import { IncomingMessage, Server } from 'node:http';
import { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { SymbolLists } from '../market/symbol-list';
import { ApiSessions } from '../websocket-api/api-sessions';
import { FrontSocket } from '../streams/front-socket';
import { Door, doorOf } from '../streams/domain/doors';
import { MarketSubscriptions } from '../streams/market-subscriptions';
import { RelayReader } from '../streams/relay-reader';
import { KeyStreams } from '../streams/key-streams';

const TICK_MS = 1_000;
const LONGEST_MESSAGE = 64 * 1024;

@Injectable()
export class FrontSockets {
  private readonly server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: LONGEST_MESSAGE,
  });
  private readonly clients = new Set<FrontSocket>();
  private stopTicks: (() => void) | undefined;

  constructor(
    private readonly relay: RelayReader,
    private readonly symbols: SymbolLists,
    private readonly users: KeyStreams,
    private readonly apis: ApiSessions,
  ) {}

  attach(server: Server): void {
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      const door = doorOf(new URL(request.url ?? '/', 'ws://front'), request.headers.host ?? '');
      if (!door) return socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n');
      this.server.handleUpgrade(request, socket, head, (connection) => {
        const client = new FrontSocket(connection);
        this.clients.add(client);
        client.onEnd(() => this.clients.delete(client));
        void this.open(client, door, request.socket.remoteAddress ?? '');
      });
    });
    this.stopTicks ??= everyBeat(TICK_MS, () => this.clients.forEach((client) => client.tick()));
  }

  close(): void {
    this.stopTicks?.();
    for (const client of this.clients) client.end(1001, 'The front is being stopped; connect again');
    this.server.close();
  }

  private async open(client: FrontSocket, door: Door, address: string): Promise<void> {
    const { market, kind, isCombined, streams, listenKey } = door;
    if (kind === 'api') return this.apis.open(client, market, address);
    const subscriptions = new MarketSubscriptions(client, market, this.relay, this.symbols, isCombined);
    client.onMessage((text) => void subscriptions.control(text));
    try {
      if (listenKey !== undefined) await this.users.openByListenKey(client, market, listenKey, address);
      const wrong = await subscriptions.subscribe(streams);
      if (wrong !== undefined) client.end(1008, `Invalid request: ${wrong}`);
    } catch {
      client.end(1013, 'It could not be opened now; connect again');
    }
  }
}
