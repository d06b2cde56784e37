/**
 * A key's own orders, by its own ids and by the exchange's. "There is none" is said only when it is certain: what has
 * just left execution's list and is not in the database yet is waited for.
 */
import { findOrder, findOrderAtExchange, findStoredOrder, listOpenOrders } from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { Market, OrderView, TradingFailure, isClosedStatus } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import { Generations } from '../ids/generations';
import { OrderOwner, exchangeClientId } from '../ids/order-ids';
import { KeyHolder } from '../keys/front-keys';
import { OrderNumbers } from './order-numbers';
import { OwnOrder } from './order-rows';

/** Events reach the database within this time; one that does not come by then is none. */
const ON_ITS_WAY_MS = 2_000;
const LOOK_EVERY_MS = 100;
const PAGE = 1_000;

export interface Named {
  readonly market: Market;
  /** Empty where the caller did not say: conditional orders are found without it. */
  readonly symbol: string;
  readonly clientId?: string;
  readonly exchangeOrderId?: string;
}

@Injectable()
export class OwnOrders {
  constructor(
    private readonly bus: Bus,
    private readonly numbers: OrderNumbers,
    private readonly generations: Generations,
  ) {}

  /** @throws TradingFailure ORDER_NOT_FOUND the key has no such order */
  async find(holder: KeyHolder, named: Named): Promise<OwnOrder> {
    const found =
      named.exchangeOrderId === undefined
        ? await this.byClientId(holder, named)
        : await this.atExchange(holder, { ...named, exchangeOrderId: named.exchangeOrderId });
    if (found && isOf(found, holder, named)) return ownOrder(found);
    throw new TradingFailure('ORDER_NOT_FOUND', `This key has no such order of ${named.symbol}`);
  }

  /** Everything that may still fill, of one symbol or of all. */
  async open(holder: KeyHolder, market: Market, symbol: string | undefined): Promise<OwnOrder[]> {
    const filter = { status: 'open', botConfigId: holder.botConfigId, limit: PAGE } as const;
    const orders: OrderView[] = [];
    let cursor: string | undefined;
    do {
      const page = await this.bus.request(listOpenOrders, {
        ...filter,
        ...(symbol !== undefined && { symbol }),
        ...(cursor !== undefined && { cursor }),
      });
      orders.push(...page.items);
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    return orders
      .filter((order) => order.market === market && order.origin?.keyId === holder.keyId)
      .map(ownOrder);
  }

  /** An id may be used again after its order's end, and then means the newest that was let out. */
  private async byClientId(
    { keyId }: KeyHolder,
    { market, clientId = '' }: Named,
  ): Promise<OrderView | undefined> {
    const owner = { keyId, market };
    const last = await this.generations.last(owner, clientId);
    let found = await this.ofGeneration(owner, clientId, last);
    // The count may be behind: it is kept in Redis, and the journal decides.
    for (let later = last + 1; found && isClosedStatus(found.status); later += 1) {
      const next = await this.ofGeneration(owner, clientId, later);
      if (!next) break;
      found = next;
    }
    for (let earlier = last - 1; earlier >= 0 && wasNeverThere(found); earlier -= 1)
      found = await this.ofGeneration(owner, clientId, earlier);
    return wasNeverThere(found) ? undefined : found;
  }

  private async ofGeneration(
    owner: OrderOwner,
    clientId: string,
    generation: number,
  ): Promise<OrderView | undefined> {
    const clientOrderId = exchangeClientId(owner, clientId, generation);
    const live = await unlessMissing(this.bus.request(findOrder, { clientOrderId }));
    return live ?? unlessMissing(this.bus.request(findStoredOrder, { clientOrderId }));
  }

  private async atExchange(
    holder: KeyHolder,
    { market, symbol, exchangeOrderId }: Named & { readonly exchangeOrderId: string },
  ): Promise<OrderView | undefined> {
    const told = await this.numbers.find(market, symbol, exchangeOrderId);
    const order = told === undefined ? undefined : await this.journaled(told);
    if (order) return order;
    const giveUpAt = performance.now() + ON_ITS_WAY_MS;
    for (;;) {
      const open = await this.open(holder, market, symbol === '' ? undefined : symbol);
      const live = open.find(({ order }) => order.exchangeOrderId === exchangeOrderId);
      if (live) return live.order;
      const question = { market, symbol, exchangeOrderId };
      const stored =
        symbol === '' ? undefined : await unlessMissing(this.bus.request(findOrderAtExchange, question));
      // The database may be behind: the journal has the order as it is.
      if (stored) return (await this.journaled(stored.clientOrderId)) ?? stored;
      if (performance.now() > giveUpAt) return undefined;
      await pause(LOOK_EVERY_MS);
    }
  }

  journaled(clientOrderId: string): Promise<OrderView | undefined> {
    return unlessMissing(this.bus.request(findOrder, { clientOrderId }));
  }
}

/** Denied, or refused by the exchange: for its sender there is no such order. */
const wasNeverThere = (order: OrderView | undefined): boolean =>
  !order || (isClosedStatus(order.status) && order.exchangeOrderId === undefined);

export const ownOrder = (order: OrderView): OwnOrder => ({
  order,
  clientId: order.origin?.clientId ?? order.clientOrderId,
});

const isOf = (order: OrderView, { keyId }: KeyHolder, { market, symbol }: Named): boolean =>
  order.origin?.keyId === keyId && order.market === market && (symbol === '' || order.symbol === symbol);

async function unlessMissing(request: Promise<OrderView>): Promise<OrderView | undefined> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof TradingFailure && error.kind === 'NOT_FOUND') return undefined;
    throw error;
  }
}
