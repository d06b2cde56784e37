import {
  LeverageView,
  TradingStateView,
  createOverride,
  getLeverage,
  getLimits,
  getRateLimits,
  getTradingState,
  setLeverage,
  setLimits,
  setTradingState,
} from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { Body, Controller, Get, Param, Post, Put } from '@nestjs/common';
import { withIsoTimes } from '../rest/iso-time';
import { moment } from '../rest/time-range';
import { Caller, From, Needs, requireScope } from '../identity/caller';
import { toStopBody } from '../kill-switch/stop-answer';
import { SymbolName } from '../market/market.controller';
import { LeverageBody, LimitsBody, OverrideBody, TradingStateBody } from './control.dto';

/** Setting leverage asks the exchange twice, a tightening waits for the book to be empty. */
const SLOW = { timeoutMs: 10_000 } as const;

@Controller('api/v1')
export class ControlController {
  constructor(private readonly bus: Bus) {}

  @Get('leverage/:symbol')
  @Needs('read')
  async leverage(@Param() { symbol }: SymbolName): Promise<unknown> {
    return withIsoTimes(await this.bus.request(getLeverage, { symbol }));
  }

  @Put('leverage/:symbol')
  @Needs('limits')
  async setLeverage(
    @From() { actor, remoteIp }: Caller,
    @Param() { symbol }: SymbolName,
    @Body() body: LeverageBody,
  ): Promise<unknown> {
    const set: LeverageView = await this.bus.request(setLeverage, { ...body, symbol, actor, remoteIp }, SLOW);
    return withIsoTimes(set);
  }

  @Get('trading-state')
  @Needs('read')
  async tradingState(): Promise<unknown> {
    return toTradingStateBody(await this.bus.request(getTradingState, {}));
  }

  /**
   * Tightening is a halt by another name, and passes with that scope's limit; loosening needs `clear` as well. Whether
   * REDUCING tightens or ends a halt only risk can tell, in the step in which it does so.
   */
  @Put('trading-state')
  @Needs('halt', { limit: 'HALT' })
  async setTradingState(@From() caller: Caller, @Body() body: TradingStateBody): Promise<unknown> {
    if (body.state === 'ACTIVE') requireScope(caller, 'clear');
    const { actor, remoteIp, scopes } = caller;
    const asked = { ...body, actor, remoteIp, mayClear: scopes.has('clear') };
    return toTradingStateBody(await this.bus.request(setTradingState, asked, SLOW));
  }

  @Get('risk/limits')
  @Needs('read')
  async limits(): Promise<unknown> {
    return withIsoTimes(await this.bus.request(getLimits, {}));
  }

  @Put('risk/limits')
  @Needs('limits', { allowNull: true })
  async setLimits(@From() { actor, remoteIp }: Caller, @Body() body: LimitsBody): Promise<unknown> {
    return withIsoTimes(await this.bus.request(setLimits, { ...body, actor, remoteIp }));
  }

  @Post('risk/overrides')
  @Needs('limits')
  async createOverride(
    @From() { actor, remoteIp }: Caller,
    @Body() { expiresAt, ...body }: OverrideBody,
  ): Promise<unknown> {
    const expiresAtMs = moment(expiresAt);
    return withIsoTimes(await this.bus.request(createOverride, { ...body, expiresAtMs, actor, remoteIp }));
  }

  @Get('rate-limits')
  @Needs('read')
  async rateLimits(): Promise<unknown> {
    return withIsoTimes(await this.bus.request(getRateLimits, {}));
  }
}

const toTradingStateBody = ({ stop, ...view }: TradingStateView): unknown => ({
  ...(withIsoTimes(view) as object),
  ...(stop && { stop: toStopBody(stop) }),
});
