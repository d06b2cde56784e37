/**
 * The front's REST server: reads a call, finds who calls and when, answers in Binance's words. Checks come cheapest
 * first: path, key, time, signature.
 *
 * No framework: a signature covers the literal bytes of query and body under any content type.
 */
import { LOG, Log } from '@elvis/platform';
import { Inject, Injectable } from '@nestjs/common';
import { IncomingMessage, Server, ServerResponse, createServer } from 'node:http';
import { AddressInfo } from 'node:net';
import { FrontClock } from '../clock/front-clock';
import { FrontKeys, NOT_ALLOWED } from '../keys/front-keys';
import { Parameters } from '../requests/parameters';
import { isGenuine } from '../signed/signature';
import { BAD_SIGNATURE, signedText } from '../signed/signed-text';
import { countsUntilMs } from '../signed/timing';
import { RefusalAnswer, refusalBody, refusalHeaders } from '../words/domain/answer';
import { Asked, refused } from '../words/domain/words';
import { FrontRefusal, answerOf } from '../words/front-refusal';
import { Route, SignedCall } from '../calls/call';
import { Routes, unservedWords } from './routes';

const LONGEST_BODY = 256 * 1024;
const JSON_TYPE = 'application/json;charset=UTF-8';

interface Request {
  /** One character a byte. */
  readonly query: string;
  readonly body: string;
  readonly apiKey: string | undefined;
  readonly remoteIp: string;
}

@Injectable()
export class FrontServer {
  private readonly server: Server;

  constructor(
    private readonly routes: Routes,
    private readonly keys: FrontKeys,
    private readonly time: FrontClock,
    @Inject(LOG) private readonly log: Log,
  ) {
    this.server = createServer((request, response) => void this.serve(request, response));
    this.server.requestTimeout = 15_000;
    this.server.headersTimeout = 10_000;
  }

  listen(port: number, host: string): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, host, () => {
        this.server.off('error', reject);
        resolve((this.server.address() as AddressInfo).port);
      });
    });
  }

  /** Takes no more calls, and answers those that were begun. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => resolve());
      this.server.closeIdleConnections();
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
      const query = mark < 0 ? '' : url.slice(mark + 1);
      const apiKey = incoming.headers['x-mbx-apikey'];
      const remoteIp = incoming.socket.remoteAddress ?? '';
      const request: Request = {
        query,
        body,
        remoteIp,
        apiKey: typeof apiKey === 'string' ? apiKey : undefined,
      };
      send(response, 200, await this.answer(route, request));
    } catch (error) {
      this.refuse(response, answerOf(error, asked), `${method} ${path}`, error);
    }
  }

  private async answer(route: Route, request: Request): Promise<string> {
    const { query, body, remoteIp } = request;
    const parameters = Parameters.read(query, body);
    if (!route.isSigned) return route.answer({ parameters, remoteIp });
    return route.answer(await this.signedCall(route, request, parameters));
  }

  private async signedCall(
    route: Route & { readonly isSigned: true },
    { apiKey, query, body, remoteIp }: Request,
    parameters: Parameters,
  ): Promise<SignedCall> {
    const holder = await this.keys.find(apiKey);
    if (!holder.scopes.has(route.scope)) throw FrontRefusal.of(NOT_ALLOWED, 'SCOPE_MISSING');
    countsUntilMs(parameters, route.market, this.time.now());
    const signed = signedText(query, body);
    if (!isGenuine(signed, holder.verifier)) throw FrontRefusal.of(BAD_SIGNATURE);
    return { parameters, remoteIp, holder, signature: signed.signature };
  }

  private refuse(response: ServerResponse, answer: RefusalAnswer, call: string, error: unknown): void {
    if (answer.words.isAlarm)
      this.log.error(
        { err: error, call },
        'A call of the Binance front was refused for a reason that a person should look at',
      );
    send(response, answer.words.status, refusalBody(answer), refusalHeaders(answer));
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

function send(
  response: ServerResponse,
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (response.headersSent || response.destroyed) return;
  response
    .writeHead(status, { 'Content-Type': JSON_TYPE, 'Content-Length': Buffer.byteLength(body), ...headers })
    .end(body);
}
