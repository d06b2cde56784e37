/** However much is told, REST is asked no more often than this. */
const GATHER_MS = 500;
/** And once more after the last: the history may hear of a change a little later than the page. */
const ONCE_MORE_MS = 2_500;

/** Asks REST again a moment after the stream has told of a change, and once more when it has surely got there. */
export class AskedAgain {
  private soon: number | undefined;
  private later: number | undefined;

  constructor(private readonly ask: () => void) {}

  told(): void {
    this.soon ??= window.setTimeout(() => {
      this.soon = undefined;
      this.ask();
      clearTimeout(this.later);
      this.later = window.setTimeout(this.ask, ONCE_MORE_MS);
    }, GATHER_MS);
  }

  stop(): void {
    clearTimeout(this.soon);
    clearTimeout(this.later);
  }
}
