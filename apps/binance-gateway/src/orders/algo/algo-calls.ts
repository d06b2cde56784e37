/** Conditional orders of futures, which have a service and numbers of their own until they wake. */
import { Injectable } from '@nestjs/common';
import { SignedCall, SignedRoute } from '../../calls/call';
import { checkedClientId } from '../../ids/order-ids';
import { algoRow } from './algo-rows';
import { namedAlgoIn } from '../named-orders';
import { reading, writing } from '../order-calls';
import { OrderNumbers } from '../order-numbers';
import { OwnOrder, isAlgoOrder } from '../order-rows';
import { OrderSender } from '../order-sender';
import { OwnOrders } from '../own-orders';
import { readAlgoOrder } from '../read-order';
import { ShownOrders, atExchange } from '../shown-orders';

@Injectable()
export class AlgoCalls {
  constructor(
    private readonly orders: OwnOrders,
    private readonly numbers: OrderNumbers,
    private readonly sender: OrderSender,
    private readonly shown: ShownOrders,
  ) {}

  routes(): SignedRoute[] {
    return [
      writing('POST', '/fapi/v1/algoOrder', 'futures', 'place', (call) => this.place(call)),
      writing('DELETE', '/fapi/v1/algoOrder', 'futures', 'cancel', (call) => this.cancel(call)),
      reading('/fapi/v1/algoOrder', 'futures', (call) => this.query(call)),
      reading('/fapi/v1/openAlgoOrders', 'futures', (call) => this.listOpen(call)),
    ];
  }

  private async place(call: SignedCall): Promise<string> {
    const named = call.parameters.get('clientAlgoId');
    if (named !== undefined) checkedClientId(named);
    return this.row(await this.sender.place(call, readAlgoOrder(call.parameters), named));
  }

  private async query({ holder, parameters }: SignedCall): Promise<string> {
    return this.row(atExchange(await this.orders.find(holder, namedAlgoIn(parameters))));
  }

  private async cancel(call: SignedCall): Promise<string> {
    const own = await this.orders.find(call.holder, namedAlgoIn(call.parameters));
    const row = await this.row(await this.sender.cancel(call, own));
    return `${row.slice(0, -1)},"code":"200","msg":"success"}`;
  }

  private async listOpen({ holder, parameters }: SignedCall): Promise<string> {
    const open = await this.orders.open(holder, 'futures', parameters.get('symbol'));
    const number = parameters.integer('algoId');
    return this.shown.algoRows(
      open.filter(
        ({ order }) =>
          isAlgoOrder(order) && (number === undefined || order.exchangeOrderId === `algo:${number}`),
      ),
    );
  }

  private async row(own: OwnOrder): Promise<string> {
    const algoId = isAlgoOrder(own.order) ? undefined : await this.numbers.algoIdOf(own.order.clientOrderId);
    return algoRow({ ...own, ...(algoId !== undefined && { algoId }) }, await this.shown.digitsOf(own));
  }
}
