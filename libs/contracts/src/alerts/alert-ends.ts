/** Which events show that the cause of an alert is gone. What ends by time, or by an order's state, is looked at. */
import { StopScope } from '@elvis/trading';
import { botProtected, botResumed, botStarted, botStopped } from '../bots/bot-events';
import { EventEnvelope } from '../messages/contract';
import { KillSwitchChanged, killSwitchCleared } from '../messages/kill-switch';
import { ExchangeThawed, exchangeThawed } from '../messages/rate-limits';
import { LeverageChanged, leverageChanged } from '../messages/risk-commands';
import { AlertKind } from './alert-kinds';

/** `key` is the alert's, or what it begins with. */
export interface AlertEnd {
  readonly kinds: readonly AlertKind[];
  readonly key: string;
}

export const scopeName = ({ type, value }: StopScope): string => `${type} ${value ?? ''}`.trim();

const ofBot =
  (...kinds: readonly AlertKind[]) =>
  ({ botConfigId }: { readonly botConfigId: string }): AlertEnd => ({ kinds, key: botConfigId });

const ENDS: Readonly<Record<string, (data: never) => AlertEnd>> = {
  [killSwitchCleared.type]: ({ scope }: KillSwitchChanged) => ({ kinds: ['HALT'], key: scopeName(scope) }),
  [exchangeThawed.type]: ({ market }: ExchangeThawed) => ({ kinds: ['BAN', 'FREEZE'], key: `${market} ` }),
  [leverageChanged.type]: ({ symbol }: LeverageChanged) => ({ kinds: ['LEVERAGE_DRIFT'], key: symbol }),
  [botProtected.type]: ofBot('UNPROTECTED_POSITION'),
  [botStarted.type]: ofBot('BOT_FAULTED', 'BOT_PAUSED'),
  [botResumed.type]: ofBot('BOT_PAUSED'),
  [botStopped.type]: ofBot('BOT_FAULTED', 'BOT_PAUSED', 'UNPROTECTED_POSITION'),
};

export const alertEndOf = ({ type, data }: Pick<EventEnvelope, 'type' | 'data'>): AlertEnd | undefined =>
  ENDS[type]?.(data as never);
