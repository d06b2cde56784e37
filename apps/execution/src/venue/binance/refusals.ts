/** Whether a stream that keeps failing is one that the server does not have. */

/** Such a server says so each time; a passing trouble does not last this many tries. */
const BEFORE_POLLING = 3;

export class Refusals {
  private inARow = 0;

  reset(): void {
    this.inARow = 0;
  }

  /** True with the one refusal that makes them many. */
  countRefusal(): boolean {
    this.inARow += 1;
    return this.inARow === BEFORE_POLLING;
  }
}
