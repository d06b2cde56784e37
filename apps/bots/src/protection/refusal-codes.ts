/** Refusals that say nothing of the order: trading was halted, or the order never reached the exchange. */
export const NEVER_COUNTED: ReadonlySet<string> = new Set(['STATE_HALTED', 'NEVER_REACHED_EXCHANGE']);
