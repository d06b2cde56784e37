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
import { ApiTags } from '@nestjs/swagger';
import { withIsoTimes } from '../rest/iso-time';
import { moment } from '../rest/time-range';
import { Caller, From, Needs, requireScope } from '../identity/caller';
import { toStopBody } from '../kill-switch/stop-answer';
import { SymbolName } from '../market/market.controller';
import { LeverageBody, LimitsBody, OverrideBody, TradingStateBody } from './control.dto';
import { Describe } from '../openapi/describe';
import { pathParameter } from '../openapi/parameters';
import { symbol } from '../openapi/schema-parts';

const symbolPath = pathParameter('symbol', symbol, 'One of SYMBOLS.');

/** Setting leverage asks the exchange twice, a tightening waits for the book to be empty. */
const SLOW = { timeoutMs: 10_000 } as const;

@ApiTags('Control')
@Controller('api/v1')
export class ControlController {
  constructor(private readonly bus: Bus) {}

  @Get('leverage/:symbol')
  @Describe({
    id: 'leverage',
    summary: 'Leverage of a symbol',
    parameters: [symbolPath],
    answers: { 200: { description: 'As the exchange reports it.', schema: 'Leverage' } },
    failures: { 404: ['INSTRUMENT_NOT_FOUND'] },
  })
  @Needs('read')
  async leverage(@Param() { symbol }: SymbolName): Promise<unknown> {
    return withIsoTimes(await this.bus.request(getLeverage, { symbol }));
  }

  @Put('leverage/:symbol')
  @Describe({
    id: 'setLeverage',
    summary: 'Change the leverage of a symbol',
    parameters: [symbolPath],
    body: { schema: 'NewLeverage', required: true, example: { leverage: 4 } },
    answers: { 200: { description: 'Changed and confirmed by the exchange.', schema: 'Leverage' } },
    failures: { 404: ['INSTRUMENT_NOT_FOUND'], 422: ['LEVERAGE_REFUSED'] },
  })
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
  @Describe({
    id: 'tradingState',
    summary: 'Trading state by scope',
    answers: {
      200: {
        description: 'Where several scopes apply, the strictest state counts.',
        schema: 'TradingState',
      },
    },
  })
  @Needs('read')
  async tradingState(): Promise<unknown> {
    return toTradingStateBody(await this.bus.request(getTradingState, {}));
  }

  /**
   * Tightening is a halt by another name, and passes with that scope's limit; loosening needs `clear` as well. Whether
   * REDUCING tightens or ends a halt only risk can tell, in the step in which it does so.
   */
  @Put('trading-state')
  @Describe({
    id: 'setTradingState',
    summary: 'Change the trading state of a scope',
    description:
      'ACTIVE ends the stops of exactly this scope and also requires the key scope `clear`, as does REDUCING where the trading scope is HALTED.',
    body: {
      schema: 'NewTradingState',
      required: true,
      example: { scope: { type: 'symbol', value: 'BTCUSDT' }, state: 'REDUCING', reason: 'rebalancing' },
    },
    answers: { 200: { description: 'The state after the change.', schema: 'TradingState' } },
    failures: { 409: ['STOP_ADDS_NOTHING', 'STOP_NOT_VERIFIED', 'STOP_CONDITION_LASTS'] },
  })
  @Needs('halt', { limit: 'HALT' })
  async setTradingState(@From() caller: Caller, @Body() body: TradingStateBody): Promise<unknown> {
    if (body.state === 'ACTIVE') requireScope(caller, 'clear');
    const { actor, remoteIp, scopes } = caller;
    const asked = { ...body, actor, remoteIp, mayClear: scopes.has('clear') };
    return toTradingStateBody(await this.bus.request(setTradingState, asked, SLOW));
  }

  @Get('risk/limits')
  @Describe({
    id: 'limits',
    summary: 'Limits in force and their usage',
    answers: { 200: { description: 'The limits and their usage.', schema: 'Limits' } },
  })
  @Needs('read')
  async limits(): Promise<unknown> {
    return withIsoTimes(await this.bus.request(getLimits, {}));
  }

  @Put('risk/limits')
  @Describe({
    id: 'setLimits',
    summary: 'Change limits at runtime',
    body: {
      schema: 'NewLimits',
      required: true,
      example: { limits: { RISK_MAX_ORDER_NOTIONAL: '15000' }, reason: 'quiet day' },
    },
    answers: { 200: { description: 'The limits after the change.', schema: 'Limits' } },
    failures: { 503: ['LIMITS_UNKNOWN'] },
  })
  @Needs('limits', { allowNull: true })
  async setLimits(@From() { actor, remoteIp }: Caller, @Body() body: LimitsBody): Promise<unknown> {
    return withIsoTimes(await this.bus.request(setLimits, { ...body, actor, remoteIp }));
  }

  @Post('risk/overrides')
  @Describe({
    id: 'createOverride',
    summary: 'Let one order pass one limit, once',
    body: {
      schema: 'NewOverride',
      required: true,
      example: {
        code: 'PRICE_OUTSIDE_COLLAR',
        clientOrderId: 'far-1',
        expiresAt: '2026-01-02T03:30:00Z',
        reason: 'deep bid',
      },
    },
    answers: { 201: { description: 'The token; send it with that order.', schema: 'Override' } },
    failures: { 422: ['OVERRIDE_REFUSED'] },
  })
  @Needs('limits')
  async createOverride(
    @From() { actor, remoteIp }: Caller,
    @Body() { expiresAt, ...body }: OverrideBody,
  ): Promise<unknown> {
    const expiresAtMs = moment(expiresAt);
    return withIsoTimes(await this.bus.request(createOverride, { ...body, expiresAtMs, actor, remoteIp }));
  }

  @Get('rate-limits')
  @Describe({
    id: 'rateLimits',
    summary: 'Usage of the exchange’s rate limits',
    answers: { 200: { description: 'Usage in the current windows.', schema: 'RateLimits' } },
  })
  @Needs('read')
  async rateLimits(): Promise<unknown> {
    return withIsoTimes(await this.bus.request(getRateLimits, {}));
  }
}

const toTradingStateBody = ({ stop, ...view }: TradingStateView): unknown => ({
  ...(withIsoTimes(view) as object),
  ...(stop && { stop: toStopBody(stop) }),
});
