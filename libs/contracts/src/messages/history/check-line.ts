/** One check of a decision: the figure that it looked at, and the limit that it held it against. */
export interface CheckLine {
  readonly name: string;
  readonly outcome: 'passed' | 'denied' | 'not-asked';
  /** Null where there is none, or it is not known; a limit that is off is `off`. */
  readonly figure: string | null;
  readonly limit: string | null;
  readonly code: string | null;
}
