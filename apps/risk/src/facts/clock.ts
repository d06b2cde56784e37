/** Time as this process sees it. Ages are measured on the monotonic clock; the wall clock labels records. */
export abstract class Clock {
  /** Milliseconds that only ever grow. */
  abstract monotonicMs(): number;
  /** UTC milliseconds: when a person's permission is over, and the time that checks read as `Facts.nowMs`. */
  abstract nowMs(): number;
}
