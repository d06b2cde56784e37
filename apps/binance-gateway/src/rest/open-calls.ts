/** Calls that need no signature. Whoever shows a key is counted by it, everybody else by the address they come from. */
import { Injectable } from '@nestjs/common';
import { AddressUsage } from '../budget/address-usage';
import { spent, spentWords, usageHeaders } from '../budget/domain/allowance';
import { KeyUsage } from '../budget/key-usage';
import { nominalCost } from '../budget/nominal-cost';
import { KeyCall, KeyRoute, OpenRoute } from '../calls/call';
import { FrontClock } from '../clock/front-clock';
import { FrontKeys, KeyHolder, NOT_ALLOWED } from '../keys/front-keys';
import { GivenAnswer } from '../replay/replays';
import { Parameters } from '../requests/parameters';
import { FrontRefusal } from '../words/front-refusal';
import { FrontRequest, answered } from './front-request';

type Asking = Pick<FrontRequest, 'apiKey' | 'remoteIp'>;

@Injectable()
export class OpenCalls {
  constructor(
    private readonly keys: FrontKeys,
    private readonly usage: KeyUsage,
    private readonly addresses: AddressUsage,
    private readonly time: FrontClock,
  ) {}

  /** A call over REST. @throws FrontRefusal, TradingFailure */
  answer(route: OpenRoute | KeyRoute, { query, body, ...from }: FrontRequest): Promise<GivenAnswer> {
    return this.answerTo(route, Parameters.read(query, body), from);
  }

  /** The same, however it came. */
  async answerTo(route: OpenRoute | KeyRoute, parameters: Parameters, from: Asking): Promise<GivenAnswer> {
    const { headers, keyId } = await this.charge(route, parameters, from);
    const told = route.needsKey
      ? await route.answer({ parameters, ...(await this.holderOf(from)) })
      : await route.answer({ parameters, keyId });
    const given = answered(told);
    return { ...given, headers: { ...given.headers, ...headers } };
  }

  /** @throws FrontRefusal -2014, -2015 */
  private async holderOf({ apiKey = '', remoteIp }: Asking): Promise<Pick<KeyCall, 'apiKey' | 'holder'>> {
    const holder = await this.keys.find(apiKey);
    if (!holder.isUsedFrom(remoteIp)) throw FrontRefusal.of(NOT_ALLOWED, 'API_KEY_WRONG');
    return { apiKey, holder };
  }

  /** Whoever shows a wrong key here is as anonymous as before: the answer is everybody's. */
  private async known(apiKey: string): Promise<KeyHolder | undefined> {
    try {
      return await this.keys.find(apiKey);
    } catch {
      return undefined;
    }
  }

  /** @throws FrontRefusal 429 */
  private async charge(
    route: OpenRoute | KeyRoute,
    parameters: Parameters,
    { apiKey, remoteIp }: Asking,
  ): Promise<{ readonly headers: Record<string, string>; readonly keyId?: string }> {
    const { market } = route;
    const nowMs = this.time.now();
    const cost = nominalCost(route, parameters);
    const holder = apiKey === undefined ? undefined : await this.known(apiKey);
    if (holder?.isUsedFrom(remoteIp)) {
      const usages = await this.usage.charge(holder.keyId, market, cost, nowMs);
      const meter = spent(usages);
      if (meter) throw FrontRefusal.of(spentWords(meter, market, nowMs), 'RATE_LIMITED');
      return { headers: usageHeaders(market, usages), keyId: holder.keyId };
    }
    const meter = this.addresses.charge(remoteIp, market, cost.weight, nowMs);
    if (meter) throw FrontRefusal.of(spentWords(meter, market, nowMs), 'RATE_LIMITED');
    return { headers: {} };
  }
}
