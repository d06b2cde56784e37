/** Calls that need no signature. Whoever shows a key is counted by it, everybody else by the address they come from. */
import { Injectable } from '@nestjs/common';
import { AddressUsage } from '../budget/address-usage';
import { spent, spentWords, usageHeaders } from '../budget/domain/allowance';
import { KeyUsage } from '../budget/key-usage';
import { nominalCost } from '../budget/nominal-cost';
import { OpenRoute } from '../calls/call';
import { FrontClock } from '../clock/front-clock';
import { FrontKeys, KeyHolder } from '../keys/front-keys';
import { GivenAnswer } from '../replay/replays';
import { Parameters } from '../requests/parameters';
import { FrontRefusal } from '../words/front-refusal';
import { FrontRequest, answered } from './front-request';

@Injectable()
export class OpenCalls {
  constructor(
    private readonly keys: FrontKeys,
    private readonly usage: KeyUsage,
    private readonly addresses: AddressUsage,
    private readonly time: FrontClock,
  ) {}

  /** @throws FrontRefusal, TradingFailure */
  async answer(route: OpenRoute, request: FrontRequest): Promise<GivenAnswer> {
    const parameters = Parameters.read(request.query, request.body);
    const headers = await this.charge(route, parameters, request);
    const given = answered(await route.answer({ parameters }));
    return { ...given, headers: { ...given.headers, ...headers } };
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
    route: OpenRoute,
    parameters: Parameters,
    { apiKey, remoteIp }: FrontRequest,
  ): Promise<Record<string, string>> {
    const { market } = route;
    const nowMs = this.time.now();
    const cost = nominalCost(route, parameters);
    const holder = apiKey === undefined ? undefined : await this.known(apiKey);
    if (holder?.isUsedFrom(remoteIp)) {
      const usages = await this.usage.charge(holder.keyId, market, cost, nowMs);
      const meter = spent(usages);
      if (meter) throw FrontRefusal.of(spentWords(meter, market, nowMs), 'RATE_LIMITED');
      return usageHeaders(market, usages);
    }
    const meter = this.addresses.charge(remoteIp, market, cost.weight, nowMs);
    if (meter) throw FrontRefusal.of(spentWords(meter, market, nowMs), 'RATE_LIMITED');
    return {};
  }
}
