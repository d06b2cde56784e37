/**
 * While a scope is REDUCING nothing may rest there that could open: it is canceled, again and again until it is gone.
 */
import { cancelOrder, listOpenOrders } from '@elvis/contracts';
import { Bus, LOG, Log } from '@elvis/platform';
import { isSentToReduce, opensNothing } from '@elvis/rules';
import { StopScope, TradingFailure, isSameScope } from '@elvis/trading';
import { Inject, Injectable, OnModuleDestroy } from '@nestjs/common';
import { HaltMemory } from './domain/halt-memory';

const AGAIN_MS = 1_000;

@Injectable()
export class OpeningOrders implements OnModuleDestroy {
  private readonly underWay = new Map<string, NodeJS.Timeout | undefined>();
  private isStopping = false;

  constructor(
    private readonly bus: Bus,
    private readonly memory: HaltMemory,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** Begins, and goes on by itself as long as the scope is REDUCING. */
  cancel(scope: StopScope): void {
    const key = `${scope.type}:${scope.value ?? ''}`;
    if (this.underWay.has(key)) return;
    this.underWay.set(key, undefined);
    void this.round(scope, key);
  }

  onModuleDestroy(): void {
    this.isStopping = true;
    for (const timer of this.underWay.values()) clearTimeout(timer);
  }

  private async round(scope: StopScope, key: string): Promise<void> {
    let isDone = false;
    try {
      isDone = await this.cancelAll(scope);
    } catch (error) {
      this.log.error(
        { err: error, scope },
        'Orders that add risk could not all be canceled in a reduce-only scope; retrying',
      );
    }
    const isReducing = this.memory.stops.some((stop) => isSameScope(stop.scope, scope));
    if (isDone || !isReducing || this.isStopping) this.underWay.delete(key);
    else
      this.underWay.set(
        key,
        setTimeout(() => void this.round(scope, key), AGAIN_MS),
      );
  }

  /** True when nothing that could open is left. */
  private async cancelAll({ type, value }: StopScope): Promise<boolean> {
    const { items } = await this.bus.request(listOpenOrders, {
      limit: 1_000,
      ...(type === 'symbol' && { symbol: value }),
      ...(type === 'bot' && { botConfigId: value }),
    });
    const opening = items.filter(
      (order) => !opensNothing({ content: order, isReduceOnly: isSentToReduce(order) }),
    );
    for (const { clientOrderId } of opening) {
      try {
        await this.bus.request(cancelOrder, { clientOrderId, actor: 'risk:reducing' });
        this.log.warn(
          { clientOrderId },
          'An open order was canceled because it could add risk while only reducing is allowed',
        );
      } catch (error) {
        if (!(error instanceof TradingFailure) || error.code !== 'ORDER_ALREADY_CLOSED') throw error;
      }
    }
    return opening.length === 0;
  }
}
