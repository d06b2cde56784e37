/**
 * A key's orders on their way to risk, and what became of them. While the outcome is not known the answer is held back a
 * little, because most become known within it and a plain answer is worth more than a fast one; then it is "not known".
 */
import {
  AmendOrder,
  OrderView,
  SubmitOrder,
  SubmitOrderReply,
  amendFrontOrder,
  cancelOrder,
  findOrder,
  submitFrontOrder,
  tryFrontOrder,
} from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { TradingFailure, isClosedStatus } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import { Generations } from '../ids/generations';
import { drawnClientId, exchangeClientId } from '../ids/order-ids';
import { KeyHolder } from '../keys/front-keys';
import { refusalOf, wordsOfDenial } from '../words/domain/answer';
import { NOT_PERMITTED_SPOT, NO_ORDERS_NOW, OUTCOME_UNKNOWN } from '../words/domain/sentences';
import { Asked } from '../words/domain/words';
import { FrontRefusal } from '../words/front-refusal';
import { OrderNumbers } from './order-numbers';
import { OwnOrder } from './order-rows';
import { ownOrder } from './own-orders';
import { RecentOrders } from './recent-orders';
import { WantedOrder } from './read-order';
import { UnknownGuard } from './unknown-guard';

/** Longer than anything a placement may wait for. */
const ORDER_TIMEOUT_MS = 10_000;
/** Below the 5 s after which some clients give up by themselves. */
const HOLD_MS = 3_000;
const LOOK_EVERY_MS = 100;
/** An id that was used more often than this while no count was kept is refused as a duplicate. */
const GENERATIONS_AT_ONCE = 50;

export interface Sender {
  readonly holder: KeyHolder;
  readonly remoteIp: string;
  readonly signature: string;
  /** Done when the answer has left. */
  readonly whenAnswered: (() => void)[];
}

interface Names {
  readonly clientId: string;
  readonly clientOrderId: string;
  readonly generation: number;
  /** Its sender has sent it before, and not been told what became of it. */
  readonly wasOwed: boolean;
}

@Injectable()
export class OrderSender {
  constructor(
    private readonly bus: Bus,
    private readonly numbers: OrderNumbers,
    private readonly recent: RecentOrders,
    private readonly generations: Generations,
    private readonly guard: UnknownGuard,
  ) {}

  /**
   * @param named what the bot calls it; drawn from the signature where it does not
   * @param place of a batch: which one of those that have no name
   * @throws FrontRefusal it was denied, refused by the exchange, or its outcome is not known
   */
  async place(sender: Sender, wanted: WantedOrder, named: string | undefined, place = 0): Promise<OwnOrder> {
    const { holder } = sender;
    const owner = { keyId: holder.keyId, market: wanted.market };
    const clientId = named ?? drawnClientId(owner, sender.signature, place);
    requireAllowed(holder, wanted);
    await this.guard.check(holder, wanted);
    let generation = await this.generations.last(owner, clientId);
    for (let tries = 0; tries < GENERATIONS_AT_ONCE; tries += 1, generation += 1) {
      const clientOrderId = exchangeClientId(owner, clientId, generation);
      const wasOwed = await this.generations.isOwed(clientOrderId);
      await this.generations.owe(clientOrderId);
      const reply = await this.sent(sender, wanted, { clientId, clientOrderId, generation, wasOwed });
      if (reply !== 'taken' && (!reply.isRepeat || named === undefined || wasOwed)) {
        await this.generations.note(owner, clientId, generation);
        return this.told(sender, wanted, reply);
      }
      // The sender has been told of the order of this id: while it is open that is a duplicate, afterwards another one.
      if (!wasOwed) await this.generations.settle(clientOrderId);
      const order = reply === 'taken' ? await this.find(clientOrderId) : reply.order;
      if (wasOwed || !order || !isClosedStatus(order.status)) break;
    }
    throw new TradingFailure('ORDER_ID_TAKEN', 'This id belongs to an order that was placed before');
  }

  /** Judged as if it were placed now, and not placed. @throws FrontRefusal it would be denied */
  async tryOut({ holder, remoteIp, signature }: Sender, wanted: WantedOrder): Promise<void> {
    requireAllowed(holder, wanted);
    const { keyId, actor, botConfigId } = holder;
    const { market, side, type } = wanted;
    const clientId = drawnClientId({ keyId, market }, signature);
    const order = { ...wanted, clientOrderId: clientId, actor, remoteIp, botConfigId };
    const origin = { keyId, clientId, generation: 0 };
    const { denial } = await this.bus.request(tryFrontOrder, { ...order, origin });
    if (denial)
      throw new FrontRefusal({
        words: wordsOfDenial({ market, doing: 'place', side, type }, denial),
        elvisCode: denial.code,
      });
  }

  /** The order as the exchange has it now. @throws FrontRefusal it was denied, refused, or it is not known whether it was done */
  async amend({ holder, remoteIp }: Sender, own: OwnOrder, terms: Terms): Promise<OwnOrder> {
    const { market, side, type, clientOrderId } = own.order;
    const wish: AmendOrder = { clientOrderId, actor: holder.actor, remoteIp, ...terms };
    const { order, denial } = await this.bus.request(amendFrontOrder, wish, { timeoutMs: ORDER_TIMEOUT_MS });
    const refusal = refusalOf({ market, doing: 'amend', side, type }, order, denial);
    if (refusal) throw new FrontRefusal(refusal);
    return ownOrder(order);
  }

  /** The order as the exchange has ended it. @throws FrontRefusal it is not known whether it did */
  async cancel({ holder }: Pick<Sender, 'holder'>, { order }: OwnOrder): Promise<OwnOrder> {
    const { clientOrderId } = order;
    const command = { clientOrderId, actor: holder.actor };
    const canceled = await this.bus.request(cancelOrder, command, { timeoutMs: ORDER_TIMEOUT_MS });
    const known = isClosedStatus(canceled.status)
      ? canceled
      : await this.whenKnown(clientOrderId, ({ status }) => isClosedStatus(status));
    await this.recent.note(holder.keyId, clientOrderId);
    if (!known || !isClosedStatus(known.status)) throw FrontRefusal.of(OUTCOME_UNKNOWN, 'UNKNOWN');
    if (known.status !== 'CANCELED')
      throw new TradingFailure('ORDER_ALREADY_CLOSED', 'The order ended before it could be canceled');
    return ownOrder(known);
  }

  /** `taken`: the id belongs to another order. */
  private async sent(
    { holder, remoteIp }: Sender,
    wanted: WantedOrder,
    { clientId, clientOrderId, generation, wasOwed }: Names,
  ): Promise<SubmitOrderReply | 'taken'> {
    const { keyId, actor, botConfigId } = holder;
    const origin = { keyId, clientId, generation };
    try {
      return await this.settled({ ...wanted, clientOrderId, actor, remoteIp, botConfigId, origin });
    } catch (error) {
      if (error instanceof TradingFailure && error.code === 'ORDER_ID_TAKEN') return 'taken';
      // That nothing was sent now says nothing of the time before, of which the sender was not told.
      if (error instanceof TradingFailure && error.kind !== 'UNKNOWN' && !wasOwed)
        await this.generations.settle(clientOrderId);
      throw error;
    }
  }

  private async told(
    { holder, whenAnswered }: Sender,
    { market, side, type }: WantedOrder,
    { order, denial }: SubmitOrderReply,
  ): Promise<OwnOrder> {
    await Promise.all([this.numbers.keep(order), this.recent.note(holder.keyId, order.clientOrderId)]);
    const asked: Asked = { market, doing: 'place', side, type };
    const refusal = refusalOf(asked, order, denial);
    if (refusal?.words !== OUTCOME_UNKNOWN)
      whenAnswered.push(() => void this.generations.settle(order.clientOrderId));
    if (refusal) throw new FrontRefusal(refusal);
    return ownOrder(order);
  }

  private async settled(order: SubmitOrder): Promise<SubmitOrderReply> {
    const { clientOrderId } = order;
    let reply: SubmitOrderReply | undefined;
    try {
      reply = await this.bus.request(submitFrontOrder, order, { timeoutMs: ORDER_TIMEOUT_MS });
      if (!isUndecided(reply.order)) return reply;
    } catch (error) {
      if (!(error instanceof TradingFailure) || error.kind !== 'UNKNOWN') throw error;
    }
    const known = await this.whenKnown(clientOrderId, (view) => !isUndecided(view));
    if (known) return { isRepeat: false, ...reply, order: known };
    if (reply) return reply;
    throw FrontRefusal.of(OUTCOME_UNKNOWN, 'UNKNOWN');
  }

  private async whenKnown(
    clientOrderId: string,
    isKnown: (view: OrderView) => boolean,
  ): Promise<OrderView | undefined> {
    const giveUpAt = performance.now() + HOLD_MS;
    while (performance.now() < giveUpAt) {
      const view = await this.find(clientOrderId);
      if (view && isKnown(view)) return view;
      await pause(LOOK_EVERY_MS);
    }
    return undefined;
  }

  private find(clientOrderId: string): Promise<OrderView | undefined> {
    return this.bus.request(findOrder, { clientOrderId }, { timeoutMs: 1_000 }).catch(() => undefined);
  }
}

/** @throws FrontRefusal it is not among the symbols that the key may open something in */
function requireAllowed(
  { terms: { symbols } }: KeyHolder,
  { market, symbol, reduceOnly, closePosition }: WantedOrder,
): void {
  if (symbols === undefined || symbols.includes(symbol) || reduceOnly === true || closePosition === true)
    return;
  throw FrontRefusal.of(market === 'futures' ? NO_ORDERS_NOW : NOT_PERMITTED_SPOT, 'SYMBOL_LEASED');
}

export type Terms = Pick<AmendOrder, 'quantity' | 'price'>;

const isUndecided = ({ status }: OrderView): boolean => status === 'UNKNOWN' || status === 'PENDING_NEW';
