/**
 * One stop on its way: drains, sweeps and verifies, and keeps the record of it. The first sweep begins with the block;
 * only a list that was read after the drain verifies anything.
 */
import { FilledOrder, RemainingOrder } from '@elvis/contracts';
import { StopWay, advance, requestedWay } from '@elvis/trading';
import { StoredStop } from './stop-state-store';
import { DrivenProgress, Sweep, SweptOrder, leftBy, unite } from './stop-outcomes';
import { OpenOrderCanceller } from './open-order-canceller';

const BETWEEN_ROUNDS_MS = 50;
const AFTER_FAILURE_MS = 1_000;
/** Somebody else may trade on the account: what is verified is looked at again. Each look costs the exchange's weight. */
const VERIFY_AGAIN_MS = 20_000;

export interface StopRunDeps {
  readonly canceller: Pick<OpenOrderCanceller, 'listOrders' | 'cancelOrders' | 'outcomesOf' | 'unprotected'>;
  /** Whether this replica may still drive this stop. */
  readonly mayDrive: () => boolean;
  /** Writes the progress down; called whenever it has changed. */
  readonly writeProgress: (progress: DrivenProgress) => Promise<void>;
}

export class StopRun {
  private way: StopWay;
  private inFlight: number;
  private canceled: Set<string>;
  private filled: Map<string, FilledOrder>;
  private remaining: readonly RemainingOrder[];
  private unprotected: readonly string[];
  private frozenUntilMs: number | null;
  private readonly conditionals: Sweep['conditionals'][number][] = [];
  private underWay: ReadonlyMap<string, SweptOrder>;
  private rounds = 0;
  private isOver = false;
  private wake: () => void = () => undefined;

  /** @param before what an earlier driver, or an earlier version of this stop, has reached */
  constructor(
    readonly stop: StoredStop,
    before: DrivenProgress | undefined,
    private readonly deps: StopRunDeps,
  ) {
    const isSame = before?.epoch === stop.epoch;
    const blocked = advance(requestedWay(stop.activatedAtMs), { kind: 'blocked' }, Date.now());
    this.way = isSame ? before : blocked;
    this.inFlight = isSame ? before.inFlight : 0;
    this.canceled = new Set(before?.canceledOrders);
    this.filled = new Map(before?.filledOrders.map((order) => [order.clientOrderId, order]));
    this.remaining = isSame ? before.remainingOrders : [];
    this.unprotected = before?.unprotectedPositions ?? [];
    this.frozenUntilMs = isSame ? before.frozenUntilMs : null;
    this.underWay = byId(before?.underWay ?? []);
  }

  get isDraining(): boolean {
    return this.way.phases.drained === null;
  }

  start(): void {
    void this.reportProgress();
    if (this.stop.cancelOpenOrders) void this.sweepOn();
  }

  /** It has been cleared, was replaced by a newer version, or is another replica's now. */
  finish(): void {
    this.isOver = true;
    this.wake();
  }

  /** What may still reach the exchange; with `isDrained` nothing may. */
  updateInFlight(inFlight: number, isDrained: boolean): void {
    if (!this.isDraining) return;
    const count = isDrained ? 0 : inFlight;
    if (!isDrained && count === this.inFlight) return;
    this.inFlight = count;
    if (isDrained) {
      this.step({ kind: 'drained' });
      this.wake();
    }
    void this.reportProgress();
  }

  private async sweepOn(): Promise<void> {
    while (!this.isOver) {
      const wasDrained = !this.isDraining;
      if (wasDrained) this.step({ kind: 'cancelling' });
      const sweep = await this.sweepOnce();
      if (!this.deps.mayDrive()) return;
      await this.addSweep(sweep, wasDrained);
      void this.reportProgress();
      await this.pause(this.pauseAfter(sweep, wasDrained));
    }
  }

  private async sweepOnce(): Promise<Sweep> {
    const { canceller, mayDrive } = this.deps;
    const { scope } = this.stop;
    let listed: readonly SweptOrder[];
    try {
      listed = await canceller.listOrders(scope);
    } catch (error) {
      const symbol = scope.type === 'symbol' ? (scope.value ?? '*') : '*';
      const unread = leftBy(error, [{ clientOrderId: '*', symbol }]);
      return { ...unread, open: 1 };
    }
    const before = this.underWay;
    // Of two listings the older one counts: what filled since then filled before its cancel landed.
    const orders = listed.map((order) => ({ ...order, ...filledThen(before.get(order.clientOrderId)) }));
    this.underWay = byId([...before.values(), ...orders]);
    // Written down first, so that anyone who takes over can tell the outcome of them.
    if (orders.length > 0) await this.reportProgress();
    const isListed = byId(orders);
    const [told, canceled] = await Promise.all([
      canceller.outcomesOf([...before.values()].filter(({ clientOrderId }) => !isListed.has(clientOrderId))),
      canceller.cancelOrders(scope, orders, mayDrive),
    ]);
    const all = { ...unite([canceled, told]), open: listed.length };
    const isLeft = new Set(all.remaining.map(({ clientOrderId }) => clientOrderId));
    this.underWay = byId(
      [...this.underWay.values()].filter(({ clientOrderId }) => isLeft.has(clientOrderId)),
    );
    return all;
  }

  private async addSweep(sweep: Sweep, wasDrained: boolean): Promise<void> {
    for (const id of sweep.canceled) this.canceled.add(id);
    for (const order of sweep.filled) this.filled.set(order.clientOrderId, order);
    this.conditionals.push(...sweep.conditionals);
    this.remaining = sweep.remaining;
    this.frozenUntilMs = sweep.frozenUntilMs;
    if (sweep.conditionals.length > 0) {
      const known = await this.deps.canceller.unprotected(this.conditionals);
      this.unprotected = [...new Set([...this.unprotected, ...known])].sort();
    }
    if (!wasDrained) return;
    this.rounds = sweep.remaining.length > 0 ? this.rounds + 1 : 0;
    this.step({ kind: 'listed', open: sweep.open, rounds: this.rounds });
  }

  /** While draining the next sweep begins with the drain itself; afterwards as soon as it can tell something new. */
  private pauseAfter({ open, remaining }: Sweep, wasDrained: boolean): number {
    if (remaining.length > 0) return AFTER_FAILURE_MS;
    if (wasDrained) return open === 0 ? VERIFY_AGAIN_MS : BETWEEN_ROUNDS_MS;
    if (!this.isDraining) return 0;
    return open === 0 ? VERIFY_AGAIN_MS : AFTER_FAILURE_MS;
  }

  private pause(ms: number): Promise<void> {
    if (ms === 0 || this.isOver) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private step(step: Parameters<typeof advance>[1]): void {
    this.way = advance(this.way, step, Date.now());
  }

  private async reportProgress(): Promise<void> {
    if (this.isOver) return;
    await this.deps.writeProgress({
      stopId: this.stop.stopId,
      epoch: this.stop.epoch,
      phase: this.way.phase,
      phases: this.way.phases,
      inFlight: this.inFlight,
      canceledOrders: [...this.canceled],
      filledOrders: [...this.filled.values()],
      remainingOrders: this.remaining,
      unprotectedPositions: this.unprotected,
      frozenUntilMs: this.frozenUntilMs,
      ...(this.underWay.size > 0 && { underWay: [...this.underWay.values()] }),
    });
  }
}

const byId = (orders: readonly SweptOrder[]): ReadonlyMap<string, SweptOrder> =>
  new Map(orders.map((order) => [order.clientOrderId, order]));

const filledThen = (before: SweptOrder | undefined): Partial<SweptOrder> =>
  before ? { filledQuantity: before.filledQuantity } : {};
