/** Warns as limits are approached: in the log, as an event and as a metric. */
import { RuntimeLimit, limitApproached } from '@elvis/contracts';
import { LOG, Log, Metrics } from '@elvis/platform';
import { Approaches, ExposureFigures, LossFact, RiskLimits } from '@elvis/rules';
import { Decimal } from '@elvis/trading';
import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../facts/clock';
import { RiskEventPublisher } from '../events/event-publisher';

@Injectable()
export class LimitMonitor {
  private readonly approaches = new Approaches();
  private readonly used;

  constructor(
    private readonly eventPublisher: RiskEventPublisher,
    private readonly clock: Clock,
    @Inject(LOG) private readonly log: Log,
    metrics: Metrics,
  ) {
    this.used = metrics.gauge('elvis_risk_limit_used', 'Fraction of a limit that is used', [
      'limit',
      'about',
    ]);
  }

  /** What one order's reservation has shown. */
  ofOrder(actor: string, symbol: string, figures: ExposureFigures, limits: RiskLimits): void {
    const gross = new Decimal(figures.worstAfter).plus(figures.worstOfOthers);
    this.look(
      'RISK_MAX_POSITION_NOTIONAL',
      symbol,
      new Decimal(figures.worstAfter),
      limits.maxPositionNotional,
    );
    this.look('RISK_MAX_GROSS_NOTIONAL', 'account', gross, limits.maxGrossNotional);
    this.look('RISK_MAX_OPEN_ORDERS', 'account', figures.openOrders + 1, limits.maxOpenOrders);
    this.look('RISK_MAX_ORDERS_PER_SECOND', actor, figures.lastSecond + 1, limits.maxOrdersPerSecond);
  }

  ofLoss({ today, drawdown }: LossFact, limits: RiskLimits): void {
    this.look('RISK_MAX_DAILY_LOSS', 'account', today, limits.maxDailyLoss);
    this.look('RISK_MAX_DRAWDOWN', 'account', drawdown, limits.maxDrawdown);
  }

  ofRejects(actor: string, count: number, limits: RiskLimits): void {
    this.look('RISK_MAX_CONSECUTIVE_REJECTS', actor, count, limits.maxConsecutiveRejects);
  }

  private look(
    limit: RuntimeLimit,
    about: string,
    used: Decimal | number,
    maximum: Decimal | number | undefined,
  ): void {
    if (maximum === undefined) return;
    const fraction = Number(used) / Number(maximum);
    if (about === 'account' || limit === 'RISK_MAX_POSITION_NOTIONAL')
      this.used.set({ limit, about }, fraction);
    const percent = this.approaches.passed(`${limit}:${about}`, fraction);
    if (percent === undefined) return;
    const told = { limit, about, used: `${used.toString()}`, maximum: `${maximum.toString()}`, percent };
    this.log.warn(
      told,
      `${percent} % of the risk limit ${limit} is used; beyond it orders are refused, or trading is stopped`,
    );
    void this.eventPublisher.publish(limitApproached, told, 'system', this.clock.nowMs());
  }
}
