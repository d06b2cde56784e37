/**
 * The limits in force, per market, as the exchange announced them. Until it has, only what is needed to ask it may
 * be sent, on a budget far below any limit Binance ever had.
 */
import { CallCost, MeterLimit } from '@elvis/binance';
import { Market } from '@elvis/trading';

export interface Meter {
  readonly kind: 'weight' | 'orders';
  readonly windowMs: number;
  readonly limit: number;
}

const MINUTE_MS = 60_000;
const START_UP: readonly Meter[] = [{ kind: 'weight', windowMs: MINUTE_MS, limit: 300 }];

export class MeterLimits {
  private readonly announced = new Map<Market, readonly Meter[]>();

  /** @param weightPerMinute takes the place of the announced weight limit, for any window length */
  constructor(private readonly weightPerMinute: number | undefined) {}

  isKnown(market: Market): boolean {
    return this.announced.has(market);
  }

  metersOf(market: Market): readonly Meter[] {
    return this.announced.get(market) ?? START_UP;
  }

  /** What a call costs on each meter; a batch of five is five in the shortest order window and one in the others. */
  chargesOf(market: Market, { weight, orders, ordersLong }: CallCost): (Meter & { readonly cost: number })[] {
    const meters = this.metersOf(market);
    const shortest = Math.min(
      ...meters.filter(({ kind }) => kind === 'orders').map(({ windowMs }) => windowMs),
    );
    return meters.map((meter) => ({
      ...meter,
      cost: meter.kind === 'weight' ? weight : meter.windowMs === shortest ? orders : ordersLong,
    }));
  }

  markets(): Market[] {
    return [...this.announced.keys()];
  }

  /** Takes what the exchange announces; the account's own order limits win over the general ones. */
  setAnnounced(market: Market, general: readonly MeterLimit[], ofAccount: readonly MeterLimit[] = []): void {
    const orders = ofAccount.some(({ kind }) => kind === 'orders') ? ofAccount : general;
    this.announced.set(
      market,
      [
        ...general.filter(({ kind }) => kind === 'weight'),
        ...orders.filter(({ kind }) => kind === 'orders'),
      ].flatMap(({ kind, windowMs, limit }): Meter[] =>
        kind === 'requests'
          ? []
          : [{ kind, windowMs, limit: kind === 'weight' ? this.ours(windowMs, limit) : limit }],
      ),
    );
  }

  private ours(windowMs: number, announced: number): number {
    if (this.weightPerMinute === undefined) return announced;
    return Math.max(1, Math.floor((this.weightPerMinute * windowMs) / MINUTE_MS));
  }
}
