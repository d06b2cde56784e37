/** All meters of one market (futures, spot or the rest): weight by IP, orders by account. */
import { BanRules, IpMeter, OrderMeter, refusals, WindowRule } from '@elvis/simulation';

interface MeterRules {
  readonly weight: WindowRule;
  readonly orders: readonly WindowRule[];
  readonly bans: BanRules;
}

export class MarketMeters {
  private readonly ips = new Map<string, IpMeter>();
  private readonly accounts = new Map<string, OrderMeter>();

  constructor(readonly rules: MeterRules) {}

  ip(address: string): IpMeter {
    let meter = this.ips.get(address);
    if (!meter) {
      meter = new IpMeter(this.rules.weight, this.rules.bans);
      this.ips.set(address, meter);
    }
    return meter;
  }

  orders(account: string): OrderMeter {
    let meter = this.accounts.get(account);
    if (!meter) {
      meter = new OrderMeter(this.rules.orders);
      this.accounts.set(account, meter);
    }
    return meter;
  }

  /** Counts the request against the IP. @throws Refusal 429 or 418 */
  admit(meter: IpMeter, weight: number, now: number): void {
    const verdict = meter.admit(weight, now);
    if (verdict === 'BANNED') throw refusals.banned(meter.bannedUntil);
    if (verdict === 'TOO_MANY') throw refusals.tooManyRequests(this.rules.weight.limit);
  }

  /** Counts an order request against the account. @throws Refusal -1015 */
  admitOrder(account: string, cost: readonly number[], now: number): void {
    const full = this.orders(account).admit(cost, now);
    if (full) throw refusals.tooManyOrders(full.limit, `${full.intervalNum} ${full.interval}`);
  }

  /** What each meter was used for, window by window. */
  report(now: number): unknown {
    return {
      weight: Object.fromEntries(
        [...this.ips].map(([address, { weight, bannedUntil, bans }]) => [
          address,
          { limit: weight.rule.limit, used: weight.used(now), bannedUntil, bans, windows: weight.history },
        ]),
      ),
      orders: Object.fromEntries(
        [...this.accounts].map(([account, { counters }]) => [
          account,
          counters.map((counter) => ({
            window: counter.rule.label,
            limit: counter.rule.limit,
            used: counter.used(now),
            windows: counter.history,
          })),
        ]),
      ),
    };
  }
}
