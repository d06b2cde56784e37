/**
 * User streams made of Elvis's own events: a key hears of its own orders and of what they did to its part of the account.
 * A stream of which something may have been missed is ended, never carried on; its client connects again and asks.
 */
import { Market, isConditional } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { FrontKeys, KeyHolder } from '../keys/front-keys';
import { isAlgoOrder } from '../orders/order-rows';
import { ownOrder } from '../orders/own-orders';
import { ShownOrders } from '../orders/shown-orders';
import { AccountPayloads } from './account-payloads';
import { FrontSocket } from './front-socket';
import { algoOrderPayload, executionOf, futuresOrderPayload, spotOrderPayload } from './order-payloads';
import { FrontListenKeys } from './front-listen-keys';
import { KeyOrderEvent, OrderEventReader } from './order-event-reader';

/** A key that was revoked has its streams ended within this. */
const LOOK_MS = 1_000;

export interface UserStreamWish {
  readonly client: FrontSocket;
  readonly market: Market;
  readonly holder: KeyHolder;
  readonly apiKey: string;
  /** How an event is sent on this connection. */
  readonly send: (payload: string) => void;
  /** How its end is told. */
  readonly end: () => void;
  /** Whether it may go on, beside the key's own validity. */
  readonly isAlive?: () => Promise<boolean>;
}

@Injectable()
export class KeyStreams {
  constructor(
    private readonly keys: FrontKeys,
    private readonly listenKeys: FrontListenKeys,
    private readonly events: OrderEventReader,
    private readonly shown: ShownOrders,
    private readonly account: AccountPayloads,
  ) {}

  async openByListenKey(
    client: FrontSocket,
    market: Market,
    listenKey: string,
    address: string,
  ): Promise<void> {
    const found = await this.listenKeys.find(listenKey);
    const holder = found?.market === market ? await this.keys.find(found.apiKey) : undefined;
    if (!found || !holder?.isUsedFrom(address)) return client.end(1008, 'Invalid listenKey');
    this.open({
      client,
      market,
      holder,
      apiKey: found.apiKey,
      send: (payload) => client.send(payload),
      end: () => {
        client.send(JSON.stringify({ e: 'listenKeyExpired', E: Date.now(), listenKey }));
        client.end(1000, 'The stream has ended; connect again');
      },
      isAlive: async () => (await this.listenKeys.find(listenKey)) !== undefined,
    });
  }

  /** @returns what ends it without a word */
  open(wish: UserStreamWish): () => void {
    const { client, market, holder } = wish;
    let turn = Promise.resolve();
    let isOver = false;
    const stop = (): void => {
      isOver = true;
      stopListening();
      clearInterval(looks);
    };
    const end = (): void => {
      if (isOver) return;
      stop();
      wish.end();
    };
    // One after the other: an order's events have an order.
    const stopListening = this.events.listen({
      keyId: holder.keyId,
      hear: (event) => {
        if (event.data.order.market !== market) return;
        turn = turn.then(() => this.tell(wish, event)).catch(end);
      },
      lost: end,
    });
    const looks = setInterval(() => void this.isValid(wish).then((isValid) => isValid || end()), LOOK_MS);
    client.onEnd(stop);
    return stop;
  }

  private async isValid({ apiKey, isAlive }: UserStreamWish): Promise<boolean> {
    try {
      await this.keys.find(apiKey);
      return (await isAlive?.()) ?? true;
    } catch {
      return false;
    }
  }

  private async tell(
    { market, holder, send }: UserStreamWish,
    { type, data, atMs }: KeyOrderEvent,
  ): Promise<void> {
    const { order, fill } = data;
    const own = ownOrder(order);
    const digits = await this.shown.digitsOf(own);
    if (market === 'futures' && isConditional(order.type)) send(algoOrderPayload(own, atMs, digits));
    const execution = executionOf(type);
    if (execution === undefined || isAlgoOrder(order)) return;
    const payload = market === 'futures' ? futuresOrderPayload : spotOrderPayload;
    send(payload(own, execution, atMs, digits, fill));
    if (!fill) return;
    send(
      market === 'futures'
        ? await this.account.ofFuturesFill(holder, fill, atMs)
        : await this.account.ofSpotFill(holder, fill, atMs),
    );
  }
}
