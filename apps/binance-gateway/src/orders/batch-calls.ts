/** Several orders at once. Each has an answer of its own, in their order; cancels go one by one and only to the key's own. */
import { parseLossless } from '@elvis/binance';
import { Market } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { SignedCall, SignedRoute } from '../calls/call';
import { checkedClientId } from '../ids/order-ids';
import { SymbolLists } from '../market/symbol-list';
import { Parameters, badData } from '../requests/parameters';
import { refusalBody } from '../words/domain/answer';
import { OUTCOME_UNKNOWN, UNKNOWN_ORDER, missing } from '../words/domain/sentences';
import { Asked } from '../words/domain/words';
import { FrontRefusal, answerOf } from '../words/front-refusal';
import { OrderCalls, cancelIdOf, writing } from './order-calls';
import { OwnOrder, isAlgoOrder, spotCanceled } from './order-rows';
import { OrderSender } from './order-sender';
import { Named, OwnOrders } from './own-orders';
import { readOrder } from './read-order';
import { ShownOrders } from './shown-orders';

const PLACED_AT_MOST = 5;
const CANCELED_AT_MOST = 10;
const ALL_CANCELED = '{"code":200,"msg":"The operation of cancel all open order is done."}';

@Injectable()
export class BatchCalls {
  constructor(
    private readonly calls: OrderCalls,
    private readonly orders: OwnOrders,
    private readonly sender: OrderSender,
    private readonly symbols: SymbolLists,
    private readonly shown: ShownOrders,
  ) {}

  routes(): SignedRoute[] {
    return [
      writing('POST', '/fapi/v1/batchOrders', 'futures', 'place', (call) => this.place(call)),
      writing('PUT', '/fapi/v1/batchOrders', 'futures', 'amend', (call) => this.amend(call)),
      writing('DELETE', '/fapi/v1/batchOrders', 'futures', 'cancel', (call) => this.cancel(call)),
      writing('DELETE', '/fapi/v1/allOpenOrders', 'futures', 'cancel', async (call) => {
        await this.cancelAll('futures', call, ({ order }) => !isAlgoOrder(order));
        return ALL_CANCELED;
      }),
      writing('DELETE', '/fapi/v1/algoOpenOrders', 'futures', 'cancel', async (call) => {
        await this.cancelAll('futures', call, ({ order }) => isAlgoOrder(order));
        return ALL_CANCELED;
      }),
      writing('DELETE', '/api/v3/openOrders', 'spot', 'cancel', (call) => this.cancelAllSpot(call)),
    ];
  }

  private place(call: SignedCall): Promise<string> {
    return each(ordersIn(call.parameters, PLACED_AT_MOST), 'place', async (parameters, place) => {
      const wanted = readOrder(parameters, 'futures');
      const named = parameters.get('newClientOrderId');
      if (named !== undefined) checkedClientId(named);
      return this.shown.row(await this.sender.place(call, wanted, named, place));
    });
  }

  private amend(call: SignedCall): Promise<string> {
    return each(ordersIn(call.parameters, PLACED_AT_MOST), 'amend', (parameters) =>
      this.calls.amend(call, parameters),
    );
  }

  private cancel(call: SignedCall): Promise<string> {
    const { parameters, holder } = call;
    const symbol = parameters.required('symbol');
    const place = { market: 'futures', symbol } as const;
    const ids = listIn(parameters, 'orderIdList');
    const clientIds = listIn(parameters, 'origClientOrderIdList');
    if (!ids && !clientIds) throw FrontRefusal.of(missing('orderIdList'));
    const named: Named[] = ids
      ? ids.map((exchangeOrderId) => ({ ...place, exchangeOrderId }))
      : (clientIds ?? []).map((clientId) => ({ ...place, clientId }));
    return each(named, 'cancel', async (name) =>
      this.shown.row(await this.sender.cancel(call, await this.orders.find(holder, name))),
    );
  }

  private async cancelAllSpot(call: SignedCall): Promise<string> {
    const canceled = await this.cancelAll('spot', call, () => true);
    if (canceled.length === 0) throw FrontRefusal.of(UNKNOWN_ORDER, 'ORDER_NOT_FOUND');
    const rows = canceled.map(async (own) =>
      spotCanceled(own, cancelIdOf(call), await this.shown.digitsOf(own)),
    );
    return `[${(await Promise.all(rows)).join(',')}]`;
  }

  /** @throws FrontRefusal -1007 of one of them it is not known; the others are canceled all the same */
  private async cancelAll(
    market: Market,
    call: SignedCall,
    isMeant: (own: OwnOrder) => boolean,
  ): Promise<OwnOrder[]> {
    const { symbol } = await this.symbols.require(market, call.parameters.required('symbol'));
    const open = (await this.orders.open(call.holder, market, symbol)).filter(isMeant);
    const ends = await Promise.allSettled(open.map((own) => this.sender.cancel(call, own)));
    const failed = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason as unknown] : []));
    // One that has ended by itself meanwhile is not open any more, and that is all that was asked.
    const asked: Asked = { market, doing: 'cancel' };
    const real = failed.filter((error) => answerOf(error, asked).words.code !== UNKNOWN_ORDER.code);
    if (real.some((error) => answerOf(error, asked).words === OUTCOME_UNKNOWN) || real.length > 0)
      throw real[0];
    return ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []));
  }
}

/** One answer for each, a refusal in its place. */
async function each<Item>(
  items: readonly Item[],
  doing: Asked['doing'],
  act: (item: Item, place: number) => Promise<string>,
): Promise<string> {
  const answers = await Promise.all(
    items.map((item, place) =>
      act(item, place).catch((error: unknown) => refusalBody(answerOf(error, { market: 'futures', doing }))),
    ),
  );
  return `[${answers.join(',')}]`;
}

/** @throws FrontRefusal -1102, -1130 it is no list of that many orders */
function ordersIn(parameters: Parameters, atMost: number): Parameters[] {
  const orders = parsed(parameters.required('batchOrders'));
  const isRow = (row: unknown): row is Record<string, unknown> => typeof row === 'object' && row !== null;
  if (!Array.isArray(orders) || orders.length === 0 || orders.length > atMost || !orders.every(isRow))
    throw FrontRefusal.of(badData('batchOrders'));
  return orders.map((order) => Parameters.of(order));
}

/** @throws FrontRefusal -1130 */
function listIn(parameters: Parameters, name: string): string[] | undefined {
  // ccxt writes these names without capitals, and Binance takes both.
  const text = parameters.get(name) ?? parameters.get(name.toLowerCase());
  if (text === undefined) return undefined;
  const list = parsed(text);
  if (!Array.isArray(list) || list.length === 0 || list.length > CANCELED_AT_MOST)
    throw FrontRefusal.of(badData(name));
  return list.map(String);
}

function parsed(text: string): unknown {
  try {
    return parseLossless(text);
  } catch {
    return undefined;
  }
}
