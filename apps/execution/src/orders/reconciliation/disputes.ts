/**
 * Orders about which the exchange said what cannot be by our record. It was not applied; the reconciler asks the
 * exchange by id, and its answer ends the dispute. A restart forgets a dispute, and the next comparison begins it again.
 */
/** The exchange does not know an order that works here. */
export const UNKNOWN_TO_EXCHANGE = 'the exchange does not have an order that is recorded as open';

export interface Dispute {
  readonly why: string;
  /** By the process's own clock. */
  readonly since: number;
  /** When the exchange first answered that it does not know the order. */
  unknownSince?: number;
}

export class Disputes {
  private readonly open = new Map<string, Dispute>();

  /**
   * @param overruledAfterMs longer than an amendment can be under way: what only comes late settles a dispute before
   * @param forgottenAfterMs so long the exchange has to say that it does not know the order
   */
  constructor(
    readonly overruledAfterMs = 10_000,
    readonly forgottenAfterMs = 60_000,
  ) {}

  /** Begins a dispute; one under way goes on. */
  raise(clientOrderId: string, why: string): void {
    if (!this.open.has(clientOrderId)) this.open.set(clientOrderId, { why, since: performance.now() });
  }

  disputeOf(clientOrderId: string): Dispute | undefined {
    return this.open.get(clientOrderId);
  }

  end(clientOrderId: string): void {
    this.open.delete(clientOrderId);
  }

  /** Forgets those about orders that are over. */
  keepOnly(alive: ReadonlySet<string>): void {
    for (const id of this.open.keys()) if (!alive.has(id)) this.open.delete(id);
  }
}
