/** Sends orders of futures to Binance, each once; what the exchange refuses is told to those who learn from it. */
import {
  BinanceRequest,
  CallCost,
  FuturesAlgoOrder,
  FuturesBatchAnswer,
  FuturesOrder,
  costOf,
  futures,
} from '@elvis/binance';
import { OrderContent, OrderView, isConditional } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { VenueReport } from '../../../domain/order-evidence';
import { PlacementGrant } from '../../../limiter/budget/request-budget';
import { ExchangeCalls } from '../../../limiter/calls/exchange-calls';
import { FuturesOrderEntry, Placement } from '../../order-entry';
import { PlacementRefusals } from '../../placement-refusals';
import { toAlgoReport, toFuturesOrder, toReport } from '../binance-orders';
import { batchPlacement, notPlaced, placingOf } from '../binance-placement';

@Injectable()
export class BinanceFuturesOrderEntry implements FuturesOrderEntry {
  constructor(
    private readonly calls: ExchangeCalls,
    private readonly refusals: PlacementRefusals,
  ) {}

  costOfPlacing(orders: readonly OrderContent[]): CallCost {
    const [first] = orders;
    return costOf(
      first && orders.length === 1 ? placingOf(first) : futures.newBatch(orders.map(toFuturesOrder)),
    );
  }

  costOfAmending(): CallCost {
    return costOf(futures.amendOrder({}));
  }

  async place(order: OrderContent, grant: PlacementGrant): Promise<Placement> {
    const isAlgo = isConditional(order.type);
    return this.sendOnce(placingOf(order), grant, (answer) =>
      isAlgo ? toAlgoReport(answer as FuturesAlgoOrder) : toReport(answer as FuturesOrder),
    );
  }

  async placeBatch(orders: readonly OrderContent[], grant: PlacementGrant): Promise<readonly Placement[]> {
    try {
      const answers = (await this.calls.place(
        futures.newBatch(orders.map(toFuturesOrder)),
        grant,
      )) as readonly FuturesBatchAnswer[];
      return orders.map((_, place) => this.seen(batchPlacement(answers[place])));
    } catch (error) {
      return orders.map(() => this.seen(notPlaced(error)));
    }
  }

  async amend(
    { symbol, side, clientOrderId, exchangeOrderId: orderId }: OrderView,
    { quantity, price }: { readonly quantity: string; readonly price: string },
    grant: PlacementGrant,
  ): Promise<Placement> {
    const name = { ...(orderId !== undefined && { orderId }), origClientOrderId: clientOrderId };
    const request = futures.amendOrder({ symbol, side, ...name, quantity, price });
    return this.sendOnce(request, grant, (answer) => toReport(answer as FuturesOrder));
  }

  private async sendOnce(
    request: BinanceRequest,
    grant: PlacementGrant,
    read: (answer: unknown) => VenueReport,
  ): Promise<Placement> {
    try {
      return { kind: 'accepted', report: read(await this.calls.place(request, grant)) };
    } catch (error) {
      return this.seen(notPlaced(error));
    }
  }

  private seen(placement: Placement): Placement {
    return this.refusals.seen('futures', placement);
  }
}
