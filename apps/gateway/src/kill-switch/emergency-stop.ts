/**
 * The button. Risk stops and verifies; where risk or the bus is unavailable, or says nothing while Redis shows no stop,
 * the gateway throws the switch in Redis itself and says honestly that nothing has been drained.
 */
import {
  ClearReply,
  ClearStop,
  RequestStop,
  StopReply,
  StopStatus,
  clearStop,
  getStopStatus,
  requestStop,
} from '@elvis/contracts';
import { Bus, LOG, Log } from '@elvis/platform';
import { TradingFailure } from '@elvis/trading';
import { Inject, Injectable } from '@nestjs/common';
import { GatewayConfig } from '../gateway.config';
import { BareSwitch } from './bare-switch';
import { StopOutcome } from './stop-answer';

/** How long risk may leave the switch unset before the gateway sets it. */
const UNSET_FOR_MS = 1_000;
/** Risk answers at the end of its own time; the answer needs a moment to arrive. */
const MARGIN_MS = 1_500;
const STATUS_TIMEOUT_MS = 2_000;

@Injectable()
export class EmergencyStop {
  constructor(
    private readonly bus: Bus,
    private readonly bare: BareSwitch,
    private readonly config: GatewayConfig,
    @Inject(LOG) private readonly log: Log,
  ) {}

  async stop(stop: RequestStop): Promise<StopOutcome> {
    const { actor, remoteIp, reason, scope } = stop;
    this.log.fatal(
      { actor, remoteIp, reason, scope },
      'EMERGENCY STOP: a caller requested a stop of trading',
    );
    let own: Promise<StopOutcome | undefined> | undefined;
    const fallback = setTimeout(() => {
      own = this.setIfUnset(stop);
    }, UNSET_FOR_MS);
    try {
      return await this.bus.request(requestStop, stop, {
        timeoutMs: this.config.KILL_SWITCH_ANSWER_TIMEOUT_MS + MARGIN_MS,
      });
    } catch (error) {
      const existing = existingStop(error);
      if (existing) return existing;
      if (!isUnavailable(error)) throw error;
      if (!isGlobal(stop)) throw onlyGlobal(error);
      this.log.fatal(
        { actor, remoteIp },
        'EMERGENCY STOP: risk is unavailable, so the gateway sets the kill switch in Redis itself',
      );
      return (await own) ?? (await this.bare.stop(stop));
    } finally {
      clearTimeout(fallback);
    }
  }

  clear(clear: ClearStop): Promise<ClearReply> {
    const { actor, remoteIp, reason } = clear;
    this.log.warn({ actor, remoteIp, reason }, 'A caller requested to clear the emergency stop');
    return this.bus.request(clearStop, clear, {
      timeoutMs: this.config.KILL_SWITCH_ANSWER_TIMEOUT_MS + MARGIN_MS,
    });
  }

  async status(): Promise<StopStatus> {
    try {
      return await this.bus.request(getStopStatus, {}, { timeoutMs: STATUS_TIMEOUT_MS });
    } catch (error) {
      if (!isUnavailable(error)) throw error;
      return this.bare.status();
    }
  }

  /** Answers the stop that this made, if it had to make one. */
  private async setIfUnset(stop: RequestStop): Promise<StopOutcome | undefined> {
    if (!isGlobal(stop)) return undefined;
    try {
      if (await this.bare.isSet()) return undefined;
      this.log.fatal(
        'EMERGENCY STOP: risk has not set the kill switch in time, so the gateway sets it in Redis itself',
      );
      return await this.bare.stop(stop);
    } catch (error) {
      this.log.error(
        { err: error },
        'EMERGENCY STOP: the gateway could not set the kill switch in Redis; if risk does not answer either, use npm run halt',
      );
      return undefined;
    }
  }
}

const isGlobal = ({ scope }: RequestStop): boolean => scope === undefined || scope.type === 'global';

/** Risk refuses a stop that adds nothing and shows the one that stands. */
const existingStop = (error: unknown): StopOutcome | undefined =>
  error instanceof TradingFailure && error.code === 'STOP_ADDS_NOTHING' && error.context?.stopId !== undefined
    ? { ...(error.context as unknown as StopReply), added: false }
    : undefined;

const isUnavailable = (error: unknown): boolean =>
  error instanceof TradingFailure &&
  ['SERVICE_UNREACHABLE', 'SERVICE_SILENT', 'INTERNAL_FAULT'].includes(error.code);

const onlyGlobal = (cause: unknown): TradingFailure =>
  new TradingFailure(
    'SERVICE_UNREACHABLE',
    'Risk did not confirm the stop, and only risk can stop a single symbol or bot, so it may not be in force. Read the status; to stop everything, omit scope',
    { cause },
  );
