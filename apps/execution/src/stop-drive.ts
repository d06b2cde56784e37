/**
 * One stop on its way: drains, sweeps and verifies, and keeps the record of it. The first sweep begins with the block;
 * only a list that was read after the drain verifies anything.
 */
import { FilledOrder, RemainingOrder, StopProgress } from '@elvis/contracts';
import { StopWay, advance, requestedWay } from '@elvis/trading';
import { BoardStop } from './stop-board';
import { Sweep, StopSweep } from './stop-sweep';

const BETWEEN_ROUNDS_MS = 50;
const AFTER_TROUBLE_MS = 1_000;
/** Somebody else may trade on the account: what is verified is looked at again. Each look costs the exchange's weight. */
const VERIFY_AGAIN_MS = 20_000;

export interface DriveDeps {
  readonly sweep: StopSweep;
  /** Whether this replica may still drive this stop. */
  readonly mayDrive: () => boolean;
  /** Writes the progress down; called whenever it has changed. */
  readonly report: (progress: StopProgress) => void;
}

export class StopDrive {
  private way: StopWay;
  private inFlight: number;
  private canceled: Set<string>;
  private filled: Map<string, FilledOrder>;
  private remaining: readonly RemainingOrder[];
  private unprotected: readonly string[];
  private frozenUntilMs: number | null;
  private readonly conditionals: Sweep['conditionals'][number][] = [];
  private rounds = 0;
  private isOver = false;
  private wake: () => void = () => undefined;

  /** @param before what an earlier driver, or an earlier version of this stop, has reached */
  constructor(
    readonly stop: BoardStop,
    before: StopProgress | undefined,
    private readonly deps: DriveDeps,
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
  }

  get isDraining(): boolean {
    return this.way.phases.drained === null;
  }

  start(): void {
    this.report();
    if (this.stop.cancelOpenOrders) void this.sweepOn();
  }

  /** It has been cleared, was replaced by a newer version, or is another replica's now. */
  end(): void {
    this.isOver = true;
    this.wake();
  }

  /** What may still reach the exchange; with `isDrained` nothing may. */
  noteInFlight(inFlight: number, isDrained: boolean): void {
    if (!this.isDraining) return;
    const count = isDrained ? 0 : inFlight;
    if (!isDrained && count === this.inFlight) return;
    this.inFlight = count;
    if (isDrained) {
      this.step({ kind: 'drained' });
      this.wake();
    }
    this.report();
  }

  private async sweepOn(): Promise<void> {
    while (!this.isOver) {
      const wasDrained = !this.isDraining;
      if (wasDrained) this.step({ kind: 'cancelling' });
      const sweep = await this.deps.sweep.sweep(this.stop.scope);
      if (!this.deps.mayDrive()) return;
      await this.note(sweep, wasDrained);
      this.report();
      await this.pause(this.pauseAfter(sweep, wasDrained));
    }
  }

  private async note(sweep: Sweep, wasDrained: boolean): Promise<void> {
    for (const id of sweep.canceled) this.canceled.add(id);
    for (const order of sweep.filled) this.filled.set(order.clientOrderId, order);
    this.conditionals.push(...sweep.conditionals);
    this.remaining = sweep.remaining;
    this.frozenUntilMs = sweep.frozenUntilMs;
    if (sweep.conditionals.length > 0) {
      const known = await this.deps.sweep.unprotected(this.conditionals);
      this.unprotected = [...new Set([...this.unprotected, ...known])].sort();
    }
    if (!wasDrained) return;
    this.rounds = sweep.remaining.length > 0 ? this.rounds + 1 : 0;
    this.step({ kind: 'listed', open: sweep.open, rounds: this.rounds });
  }

  /** While draining the next sweep begins with the drain itself; afterwards as soon as it can tell something new. */
  private pauseAfter({ open, remaining }: Sweep, wasDrained: boolean): number {
    if (remaining.length > 0) return AFTER_TROUBLE_MS;
    if (wasDrained) return open === 0 ? VERIFY_AGAIN_MS : BETWEEN_ROUNDS_MS;
    if (!this.isDraining) return 0;
    return open === 0 ? VERIFY_AGAIN_MS : AFTER_TROUBLE_MS;
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

  private report(): void {
    if (this.isOver) return;
    this.deps.report({
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
    });
  }
}
