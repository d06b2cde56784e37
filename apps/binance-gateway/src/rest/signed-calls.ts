/**
 * Calls of a key: who calls, when, whether they signed it, what it costs them; then it is carried out, a write once for
 * each signature. A wrong signature is charged to nobody: a key's id is no secret, and would spend its allowance.
 */
import { Injectable } from '@nestjs/common';
import { SignedCall, SignedRoute } from '../calls/call';
import { KeyUsage } from '../budget/key-usage';
import { nominalCost } from '../budget/nominal-cost';
import { spent, spentWords, usageHeaders } from '../budget/domain/allowance';
import { FrontClock } from '../clock/front-clock';
import { FrontKeys, KeyHolder, NOT_ALLOWED } from '../keys/front-keys';
import { GivenAnswer, Replays } from '../replay/replays';
import { Parameters } from '../requests/parameters';
import { isGenuine } from '../signed/signature';
import { BAD_SIGNATURE, SignedText, signedText } from '../signed/signed-text';
import { countsUntilMs } from '../signed/timing';
import { missing } from '../words/domain/sentences';
import { FrontRefusal } from '../words/front-refusal';
import { FrontRequest, answered } from './front-request';
import { FrontRefusals } from './refusals';

export interface SignedRequest {
  readonly apiKey: string | undefined;
  readonly parameters: Parameters;
  /** Undefined where the connection was signed for at its beginning. */
  readonly signed: SignedText | undefined;
  readonly remoteIp: string;
  readonly whenAnswered: (() => void)[];
}

interface Verified {
  readonly call: SignedCall;
  /** For how much longer its timestamp is accepted. */
  readonly countsForMs: number;
}

/** Parameters by which a client names the order that it places. */
const NAMES = ['newClientOrderId', 'clientAlgoId'];

@Injectable()
export class SignedCalls {
  constructor(
    private readonly keys: FrontKeys,
    private readonly time: FrontClock,
    private readonly usage: KeyUsage,
    private readonly replays: Replays,
    private readonly refusals: FrontRefusals,
  ) {}

  /** A call over REST. @throws FrontRefusal it is not shown who calls, or when @throws TradingFailure that could not be asked */
  async answer(route: SignedRoute, { query, body, ...from }: FrontRequest): Promise<GivenAnswer> {
    const parameters = Parameters.read(query, body);
    return this.answerTo(route, { ...from, parameters, signed: await this.textOf(route, from, query, body) });
  }

  /** The same, however it came. */
  async answerTo(route: SignedRoute, request: SignedRequest): Promise<GivenAnswer> {
    const verified = await this.verify(route, request);
    const { holder, parameters } = verified.call;
    const nowMs = this.time.now();
    const usages = await this.usage.charge(holder.keyId, route.market, nominalCost(route, parameters), nowMs);
    // What takes an order back is never refused for what was used.
    const meter = route.method === 'DELETE' ? undefined : spent(usages);
    const given = meter
      ? this.refusal(FrontRefusal.of(spentWords(meter, route.market, nowMs), 'RATE_LIMITED'), route)
      : await this.carryOut(route, verified);
    return { ...given, headers: { ...given.headers, ...usageHeaders(route.market, usages) } };
  }

  /** Who signed it. @throws FrontRefusal, TradingFailure */
  async holderOf(route: SignedRoute, request: SignedRequest): Promise<KeyHolder> {
    return (await this.verify(route, request)).call.holder;
  }

  /** Only of a known key is it looked at what was signed: a missing one is told first. */
  private async textOf(
    route: SignedRoute,
    { apiKey, remoteIp }: Pick<FrontRequest, 'apiKey' | 'remoteIp'>,
    query: string,
    body: string,
  ): Promise<SignedText> {
    await this.allowed(route, apiKey, remoteIp);
    return signedText(query, body);
  }

  private async allowed(
    route: SignedRoute,
    apiKey: string | undefined,
    remoteIp: string,
  ): Promise<KeyHolder> {
    const holder = await this.keys.find(apiKey);
    if (!holder.scopes.has(route.scope) || !holder.isUsedFrom(remoteIp))
      throw FrontRefusal.of(NOT_ALLOWED, 'SCOPE_MISSING');
    return holder;
  }

  private async verify(
    route: SignedRoute,
    { apiKey, parameters, signed, remoteIp, whenAnswered }: SignedRequest,
  ): Promise<Verified> {
    const holder = await this.allowed(route, apiKey, remoteIp);
    const nowMs = this.time.now();
    const countsForMs = countsUntilMs(parameters, route.market, nowMs) - nowMs;
    if (signed?.signature === '') throw FrontRefusal.of(missing('signature'));
    if (signed && !isGenuine(signed, holder.verifier)) throw FrontRefusal.of(BAD_SIGNATURE);
    // What a session sends is told apart by all that it says.
    const signature = signed?.signature ?? JSON.stringify(parameters.only(parameters.names()));
    return { call: { parameters, remoteIp, holder, signature, whenAnswered }, countsForMs };
  }

  private async carryOut(route: SignedRoute, { call, countsForMs }: Verified): Promise<GivenAnswer> {
    const { holder, signature, parameters } = call;
    // Reads and cancels may come twice: the official clients repeat them by themselves.
    if (route.method === 'GET' || route.method === 'DELETE') return this.given(route, call);
    const isNamed = NAMES.some((name) => parameters.get(name) !== undefined);
    const write = { keyId: holder.keyId, signature, countsForMs, isNamed };
    try {
      return await this.replays.once(write, () => this.given(route, call));
    } catch (error) {
      return this.refusal(error, route);
    }
  }

  private async given(route: SignedRoute, call: SignedCall): Promise<GivenAnswer> {
    try {
      return answered(await route.answer(call));
    } catch (error) {
      return this.refusal(error, route);
    }
  }

  private refusal(error: unknown, route: SignedRoute): GivenAnswer {
    return this.refusals.given(error, route, `${route.method} ${route.path}`);
  }
}
