/** Time as this process sees it. Ages are measured on the monotonic clock; the wall clock only labels records. */
export abstract class Clock {
  /** Milliseconds that only ever grow. */
  abstract monotonicMs(): number;
  /** UTC milliseconds; decides nothing but when a person's permission is over. */
  abstract nowMs(): number;
}
