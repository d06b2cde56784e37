/** One change at a time per order in this process; between processes the journal decides. */
export class OrderTurns {
  private readonly lastOf = new Map<string, Promise<unknown>>();

  /** Does the work when all earlier work on this order has ended, however it ended. */
  inTurn<Result>(clientOrderId: string, work: () => Promise<Result>): Promise<Result> {
    const before = this.lastOf.get(clientOrderId) ?? Promise.resolve();
    const run = before.then(work, work);
    const settled = run.then(
      () => undefined,
      () => undefined,
    );
    this.lastOf.set(clientOrderId, settled);
    void settled.then(() => {
      if (this.lastOf.get(clientOrderId) === settled) this.lastOf.delete(clientOrderId);
    });
    return run;
  }
}
