/**
 * A key's orders on their way to risk, and what became of them. While the outcome is not known the answer is held back a
 * little, because most become known within it and a plain answer is worth more than a fast one; then it is "not known".
 */
import {
  OrderView,
  SubmitOrder,
  SubmitOrderReply,
  cancelOrder,
  findOrder,
  submitFrontOrder,
} from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { TradingFailure, isClosedStatus } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import { drawnClientId, exchangeClientId } from '../ids/order-ids';
import { KeyHolder } from '../keys/front-keys';
import { refusalOf } from '../words/domain/answer';
import { OUTCOME_UNKNOWN } from '../words/domain/sentences';
import { Asked } from '../words/domain/words';
import { FrontRefusal } from '../words/front-refusal';
import { OrderNumbers } from './order-numbers';
import { OwnOrder } from './order-rows';
import { ownOrder } from './own-orders';
import { WantedOrder } from './read-order';

/** Longer than anything a placement may wait for. */
const ORDER_TIMEOUT_MS = 10_000;
/** Below the 5 s after which some clients give up by themselves. */
const HOLD_MS = 3_000;
const LOOK_EVERY_MS = 100;

export interface Sender {
  readonly holder: KeyHolder;
  readonly remoteIp: string;
  readonly signature: string;
}

@Injectable()
export class OrderSender {
  constructor(
    private readonly bus: Bus,
    private readonly numbers: OrderNumbers,
  ) {}

  /**
   * @param named what the bot calls it; drawn from the signature where it does not
   * @throws FrontRefusal it was denied, refused by the exchange, or its outcome is not known
   */
  async place(
    { holder, remoteIp, signature }: Sender,
    wanted: WantedOrder,
    named: string | undefined,
  ): Promise<OwnOrder> {
    const owner = { keyId: holder.keyId, market: wanted.market };
    const clientId = named ?? drawnClientId(owner, signature);
    const order: SubmitOrder = {
      ...wanted,
      clientOrderId: exchangeClientId(owner, clientId),
      actor: holder.actor,
      remoteIp,
      botConfigId: holder.botConfigId,
      origin: { keyId: holder.keyId, clientId, generation: 0 },
    };
    const asked: Asked = { market: wanted.market, doing: 'place', side: wanted.side, type: wanted.type };
    const { order: placed, denial, isRepeat } = await this.settled(order);
    await this.numbers.keep(placed);
    const refusal = refusalOf(asked, placed, denial);
    if (refusal) throw new FrontRefusal(refusal);
    // The bot has its answer to the first; a second of the same name is another order to it.
    if (isRepeat && named !== undefined)
      throw new TradingFailure('ORDER_ID_TAKEN', 'This id belongs to an order that was placed before');
    return ownOrder(placed);
  }

  /** The order as the exchange has ended it. @throws FrontRefusal it is not known whether it did */
  async cancel({ holder }: Sender, { order }: OwnOrder): Promise<OwnOrder> {
    const { clientOrderId } = order;
    const command = { clientOrderId, actor: holder.actor };
    const canceled = await this.bus.request(cancelOrder, command, { timeoutMs: ORDER_TIMEOUT_MS });
    const known = isClosedStatus(canceled.status)
      ? canceled
      : await this.whenKnown(clientOrderId, ({ status }) => isClosedStatus(status));
    if (!known || !isClosedStatus(known.status)) throw FrontRefusal.of(OUTCOME_UNKNOWN, 'UNKNOWN');
    if (known.status !== 'CANCELED')
      throw new TradingFailure('ORDER_ALREADY_CLOSED', 'The order ended before it could be canceled');
    return ownOrder(known);
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
      const view = await this.bus
        .request(findOrder, { clientOrderId }, { timeoutMs: 1_000 })
        .catch(() => undefined);
      if (view && isKnown(view)) return view;
      await pause(LOOK_EVERY_MS);
    }
    return undefined;
  }
}

const isUndecided = ({ status }: OrderView): boolean => status === 'UNKNOWN' || status === 'PENDING_NEW';
