/** Everything somebody is woken for: one list for the webhook, the stored alerts and the rules of Prometheus. */

export const ALERT_SEVERITIES = ['critical', 'warning', 'info'] as const;
export type AlertSeverity = (typeof ALERT_SEVERITIES)[number];

interface AlertKindRules {
  readonly severity: AlertSeverity;
  /** It happened and is over: a person's acknowledgement closes it. Otherwise it lasts until its cause is gone. */
  readonly isOver: boolean;
}

export const ALERT_KINDS = {
  HALT: { severity: 'critical', isOver: false },
  FREEZE: { severity: 'warning', isOver: false },
  BAN: { severity: 'critical', isOver: false },
  UNKNOWN_TOO_OLD: { severity: 'critical', isOver: false },
  ORDER_REOPENED: { severity: 'critical', isOver: true },
  LEVERAGE_DRIFT: { severity: 'warning', isOver: false },
  LIMIT_APPROACHED: { severity: 'warning', isOver: true },
  RECONCILIATION_DIFFERENCE: { severity: 'warning', isOver: true },
  CANDLE_REVISED: { severity: 'info', isOver: true },
  CANDLES_DIFFER: { severity: 'warning', isOver: true },
  DEAD_LETTER: { severity: 'critical', isOver: true },
  UNPROTECTED_POSITION: { severity: 'critical', isOver: false },
  BOT_FAULTED: { severity: 'critical', isOver: false },
  BOT_PAUSED: { severity: 'warning', isOver: false },
  BOT_REMAINDER: { severity: 'warning', isOver: true },
} as const satisfies Record<string, AlertKindRules>;

export type AlertKind = keyof typeof ALERT_KINDS;
export const ALERT_KIND_NAMES = Object.keys(ALERT_KINDS) as readonly AlertKind[];
