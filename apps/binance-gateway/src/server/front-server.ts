/**
 * The front's REST server. No framework: a signature covers the literal bytes of query and body under any content type.
 */
import { Injectable } from '@nestjs/common';
import { IncomingMessage, Server, ServerResponse, createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { AddressInfo } from 'node:net';
import { GivenAnswer } from '../replay/replays';
import { Asked, refused } from '../words/domain/words';
import { FrontRefusal } from '../words/front-refusal';
import { ServedCertificate } from './certificate';
import { FrontSockets } from './front-sockets';
import { FrontRefusals } from '../rest/refusals';
import { OpenCalls } from '../rest/open-calls';
import { Routes, unservedWords } from '../rest/routes';
import { SignedCalls } from '../rest/signed-calls';

const LONGEST_BODY = 256 * 1024;
const JSON_TYPE = 'application/json;charset=UTF-8';

@Injectable()
export class FrontServer {
  private readonly servers: Server[] = [];

  constructor(
    private readonly routes: Routes,
    private readonly signed: SignedCalls,
    private readonly open: OpenCalls,
    private readonly refusals: FrontRefusals,
    private readonly streams: FrontSockets,
  ) {}

  /** Answers the port. */
  listen(port: number, host: string): Promise<number> {
    return this.opened(createServer(this.answering), port, host);
  }

  /** The same under TLS. */
  listenTls(port: number, host: string, { cert, key }: ServedCertificate): Promise<number> {
    return this.opened(createTlsServer({ cert, key, minVersion: 'TLSv1.2' }, this.answering), port, host);
  }

  /** Takes no more calls, and answers those that were begun. */
  async close(): Promise<void> {
    this.streams.close();
    await Promise.all(
      this.servers.map(
        (server) =>
          new Promise<void>((resolve) => {
            server.close(() => resolve());
            server.closeIdleConnections();
          }),
      ),
    );
  }

  private readonly answering = (request: IncomingMessage, response: ServerResponse): void =>
    void this.serve(request, response);

  private opened(server: Server, port: number, host: string): Promise<number> {
    this.servers.push(server);
    this.streams.attach(server);
    server.requestTimeout = 15_000;
    server.headersTimeout = 10_000;
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, () => {
        server.off('error', reject);
        resolve((server.address() as AddressInfo).port);
      });
    });
  }

  private async serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = incoming.url ?? '/';
    const mark = url.indexOf('?');
    const path = mark < 0 ? url : url.slice(0, mark);
    const method = incoming.method ?? 'GET';
    const route = this.routes.find(method, path);
    const asked: Asked = route ?? { market: path.startsWith('/fapi') ? 'futures' : 'spot', doing: 'read' };
    try {
      const body = await bodyOf(incoming);
      if (!route) throw FrontRefusal.of(unservedWords(method, path));
      const apiKey = incoming.headers['x-mbx-apikey'];
      const request = {
        query: mark < 0 ? '' : url.slice(mark + 1),
        body,
        apiKey: typeof apiKey === 'string' ? apiKey : undefined,
        remoteIp: incoming.socket.remoteAddress ?? '',
        whenAnswered: [] as (() => void)[],
      };
      response.once('finish', () => request.whenAnswered.forEach((act) => act()));
      send(
        response,
        route.isSigned ? await this.signed.answer(route, request) : await this.open.answer(route, request),
      );
    } catch (error) {
      send(response, this.refusals.given(error, asked, `${method} ${path}`));
    }
  }
}

/** @throws FrontRefusal 413 -1101 */
async function bodyOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > LONGEST_BODY)
      throw FrontRefusal.of({
        ...refused(-1101, 'Too many parameters; the request is too large.'),
        status: 413,
      });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('latin1');
}

function send(response: ServerResponse, { status, body, headers }: GivenAnswer): void {
  if (response.headersSent || response.destroyed) return;
  response
    .writeHead(status, { 'Content-Type': JSON_TYPE, 'Content-Length': Buffer.byteLength(body), ...headers })
    .end(body);
}
