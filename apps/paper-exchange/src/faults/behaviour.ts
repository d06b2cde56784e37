/** How the exchange answers, as far as the admin port may change it while the exchange runs. */
export class Behaviour {
  /** How long an accepted order stays invisible to `GET order`. */
  visibilityDelayMs = 0;

  /**
   * @param latencyMs how long an order takes from the gateway to the engine
   * @param retryAfter whether 429 and 418 of futures carry `Retry-After`: documented for spot alone
   */
  constructor(
    public latencyMs: number,
    public retryAfter: boolean,
  ) {}
}
