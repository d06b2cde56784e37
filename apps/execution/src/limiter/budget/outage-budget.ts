/** What this replica spends while Redis is unavailable, and what it must give account of when it is back. */
import { Market } from '@elvis/trading';
import { windowIndex } from '../domain/ledger';
import { ShareSpent, spendShare } from '../domain/outage-share';
import { Meter } from './meter-limits';

export interface SpentWithoutRedis extends ShareSpent {
  readonly market: Market;
  readonly meter: Meter;
}

type Charge = Meter & { readonly cost: number };

export class OutageBudget {
  private away = false;
  private readonly known = new Map<string, { index: number; used: number }>();
  private readonly spent = new Map<string, SpentWithoutRedis>();

  constructor(
    private readonly maxReplicas: number,
    /** The others see Redis, or no replica is heard at all. */
    private readonly isCutOff: () => boolean,
    private readonly onAway: (cause: unknown) => void,
  ) {}

  get isAway(): boolean {
    return this.away;
  }

  /** Redis did not answer. */
  startOutage(cause: unknown): void {
    if (this.away) return;
    this.away = true;
    this.onAway(cause);
  }

  /** Redis is back and has been told of everything in `spentShares`. */
  endOutage(): void {
    this.away = false;
    this.spent.clear();
  }

  spentShares(): SpentWithoutRedis[] {
    return [...this.spent.values()];
  }

  /** The newest the fleet was known to have used of a window. */
  recordUsage(
    market: Market,
    { kind, windowMs, index }: { kind: string; windowMs: number; index: number },
    used: number,
  ): void {
    if (index < 0) return;
    this.known.set(`${market}:${kind}:${windowMs}`, { index, used });
  }

  /** Spends on all meters or none. Answers 0, or how long until there is a share again. */
  spend(market: Market, charges: readonly Charge[], now: number): number {
    const after = charges.map((charge) => {
      const key = `${market}:${charge.kind}:${charge.windowMs}`;
      const terms = {
        ...charge,
        now,
        maxReplicas: this.maxReplicas,
        isCutOff: this.isCutOff(),
        known: this.known.get(key),
      };
      return { key, charge, account: spendShare(this.spent.get(key), terms) };
    });
    const spentOut = after.filter(({ account }) => !account);
    if (spentOut.length > 0) {
      return Math.max(
        ...spentOut.map(({ charge: { windowMs } }) => (windowIndex(now, windowMs) + 1) * windowMs - now),
      );
    }
    for (const { key, charge, account } of after) {
      if (account) this.spent.set(key, { ...account, market, meter: charge });
    }
    return 0;
  }
}
