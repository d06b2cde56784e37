/** How freely we may trade. Several scopes may each say something; the strictest applies. */
export const TRADING_STATES = ['ACTIVE', 'REDUCING', 'HALTED'] as const;
export type TradingState = (typeof TRADING_STATES)[number];

export const STOP_SCOPES = ['global', 'symbol', 'bot'] as const;

/** What a stop or a state applies to. `value` names the symbol or the bot and is absent for `global`. */
export interface StopScope {
  readonly type: (typeof STOP_SCOPES)[number];
  readonly value?: string;
}

export const GLOBAL_SCOPE: StopScope = { type: 'global' };

/** The strictest of several states; ACTIVE if there is none. */
export const strictestState = (states: readonly TradingState[]): TradingState =>
  states.reduce<TradingState>(
    (strictest, state) =>
      TRADING_STATES.indexOf(state) > TRADING_STATES.indexOf(strictest) ? state : strictest,
    'ACTIVE',
  );

export const isSameScope = (left: StopScope, right: StopScope): boolean =>
  left.type === right.type && left.value === right.value;

/** Whether a stop of scope `outer` also stops everything that `inner` would stop. */
export const scopeCovers = (outer: StopScope, inner: StopScope): boolean =>
  outer.type === 'global' || isSameScope(outer, inner);
