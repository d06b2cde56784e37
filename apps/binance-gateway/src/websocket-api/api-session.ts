/**
 * One connection to a WebSocket API: the calls of REST as messages, signed over their parameters sorted by name, and on
 * spot the user's events on the same connection.
 */
import { Market } from '@elvis/trading';
import { randomInt } from 'node:crypto';
import { SignedRoute } from '../calls/call';
import { KeyHolder } from '../keys/front-keys';
import { GivenAnswer } from '../replay/replays';
import { Parameters } from '../requests/parameters';
import { NOT_SUPPORTED } from '../words/domain/sentences';
import { refused } from '../words/domain/words';
import { FrontRefusal } from '../words/front-refusal';
import { SignedText } from '../signed/signed-text';
import { FrontSocket } from '../streams/front-socket';
import { ApiParts } from './api-parts';
import { METHODS } from './methods';

interface Message {
  readonly id?: unknown;
  readonly method?: unknown;
  readonly params?: Readonly<Record<string, unknown>>;
}

interface Session {
  readonly apiKey: string;
  readonly holder: KeyHolder;
  readonly sinceMs: number;
}

/** What is signed by itself, without a call of REST behind it. */
const OWN_CALL: SignedRoute = {
  method: 'GET',
  path: '/ws-api/v3',
  market: 'spot',
  doing: 'read',
  isSigned: true,
  scope: 'read',
  answer: () => Promise.resolve('{}'),
};

export class ApiSession {
  private readonly connectedAtMs = Date.now();
  private session: Session | undefined;
  private readonly subscriptions = new Map<number, () => void>();

  constructor(
    private readonly parts: ApiParts,
    private readonly client: FrontSocket,
    private readonly market: Market,
    private readonly address: string,
  ) {
    client.onMessage((text) => void this.answer(text));
  }

  private async answer(text: string): Promise<void> {
    let message: Message = {};
    try {
      message = JSON.parse(text) as Message;
    } catch {
      return this.client.send('{"id":null,"status":400,"error":{"code":-1135,"msg":"Invalid JSON Request"}}');
    }
    const id = JSON.stringify(message.id ?? null);
    const whenAnswered: (() => void)[] = [];
    const given = await this.given(message, whenAnswered).catch((error: unknown) =>
      this.parts.refusals.given(error, { market: this.market, doing: 'read' }, String(message.method)),
    );
    const { status, body, headers } = given;
    const limits = message.params?.returnRateLimits === false ? '' : `,"rateLimits":${limitsIn(headers)}`;
    const part = status === 200 ? `"result":${body}` : `"error":${body}`;
    this.client.send(`{"id":${id},"status":${status},${part}${limits}}`);
    whenAnswered.forEach((act) => act());
  }

  private async given({ method, params = {} }: Message, whenAnswered: (() => void)[]): Promise<GivenAnswer> {
    const parameters = Parameters.of(params);
    const own = await this.ownMethod(String(method), parameters, params);
    if (own !== undefined) return { status: 200, body: own, headers: {} };
    const [httpMethod = '', path = ''] = (METHODS[this.market][String(method)] ?? '').split(' ');
    const route = this.parts.routes.find(httpMethod, path);
    if (!route) throw FrontRefusal.of(NOT_SUPPORTED);
    const { address } = this;
    const apiKey = parameters.get('apiKey') ?? this.session?.apiKey;
    if (!route.isSigned) return this.parts.open.answerTo(route, parameters, { apiKey, remoteIp: address });
    const signed = this.isLoggedOn(parameters) ? undefined : signedOf(params);
    return this.parts.signed.answerTo(route, { apiKey, parameters, signed, remoteIp: address, whenAnswered });
  }

  /** A request without a key of its own is the session's, which was signed at its beginning. */
  private isLoggedOn(parameters: Parameters): boolean {
    return this.session !== undefined && parameters.get('apiKey') === undefined;
  }

  private async ownMethod(
    method: string,
    parameters: Parameters,
    params: Readonly<Record<string, unknown>>,
  ): Promise<string | undefined> {
    switch (method) {
      case 'session.logon': {
        const holder = await this.verified(parameters, params);
        if (holder.verifier.kind === 'HMAC')
          throw FrontRefusal.of(refused(-4056, 'HMAC_SHA256 API key is not supported.'));
        this.session = { apiKey: parameters.required('apiKey'), holder, sinceMs: Date.now() };
        return this.status();
      }
      case 'session.logout':
        this.session = undefined;
        return this.status();
      case 'session.status':
        return this.status();
      case 'userDataStream.subscribe.signature':
        return this.market === 'spot'
          ? this.subscribed(parameters.required('apiKey'), await this.verified(parameters, params))
          : undefined;
      case 'userDataStream.subscribe':
        if (this.market !== 'spot' || !this.session) return undefined;
        return this.subscribed(this.session.apiKey, this.session.holder);
      case 'userDataStream.unsubscribe': {
        const one = parameters.count('subscriptionId');
        for (const [number, stop] of this.subscriptions)
          if (one === undefined || one === number) {
            stop();
            this.subscriptions.delete(number);
          }
        return '{}';
      }
      default:
        return undefined;
    }
  }

  private verified(parameters: Parameters, params: Readonly<Record<string, unknown>>): Promise<KeyHolder> {
    return this.parts.signed.holderOf(OWN_CALL, {
      apiKey: parameters.get('apiKey'),
      parameters,
      signed: signedOf(params),
      remoteIp: this.address,
      whenAnswered: [],
    });
  }

  private subscribed(apiKey: string, holder: KeyHolder): string {
    const number = randomInt(1, 2 ** 31);
    const send = (payload: string): void =>
      this.client.send(`{"subscriptionId":${number},"event":${payload}}`);
    const stop = this.parts.users.open({
      client: this.client,
      market: 'spot',
      holder,
      apiKey,
      send,
      end: () => {
        send(JSON.stringify({ e: 'eventStreamTerminated', E: Date.now() }));
        this.client.end(1000, 'The stream has ended; connect again');
      },
    });
    this.subscriptions.set(number, stop);
    return JSON.stringify({ subscriptionId: number });
  }

  private status(): string {
    return JSON.stringify({
      apiKey: this.session?.apiKey ?? null,
      authorizedSince: this.session?.sinceMs ?? null,
      connectedSince: this.connectedAtMs,
      returnRateLimits: true,
      serverTime: Math.floor(this.parts.time.now()),
    });
  }
}

/** The parameters sorted by name, as this interface has them signed. */
function signedOf(params: Readonly<Record<string, unknown>>): SignedText {
  const text = Object.entries(params)
    .filter(([name]) => name !== 'signature')
    .map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)] as const)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  // A signature covers bytes; text is one character a byte.
  const bytes = Buffer.from(text, 'utf8').toString('latin1');
  return { text: bytes, signature: typeof params.signature === 'string' ? params.signature : '' };
}

const INTERVALS: Readonly<Record<string, readonly [interval: string, count: number]>> = {
  '10S': ['SECOND', 10],
  '1M': ['MINUTE', 1],
  '1D': ['DAY', 1],
};

/** What was used, as the headers of REST tell it. */
function limitsIn(headers: Readonly<Record<string, string>>): string {
  const rows = Object.entries(headers).flatMap(([name, count]) => {
    const [, kind, label = ''] = /^X-MBX-(USED-WEIGHT|ORDER-COUNT)-(\w+)$/.exec(name) ?? [];
    const [interval, intervalNum] = INTERVALS[label] ?? [];
    if (kind === undefined || interval === undefined) return [];
    const rateLimitType = kind === 'USED-WEIGHT' ? 'REQUEST_WEIGHT' : 'ORDERS';
    return [{ rateLimitType, interval, intervalNum, count: Number(count) }];
  });
  return JSON.stringify(rows);
}
