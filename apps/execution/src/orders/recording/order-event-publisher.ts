/**
 * Tells the world of a journal record, under an id that follows from the record: anyone who tells it again tells it
 * once.
 */
import {
  EventContract,
  ORDER_EVENTS,
  OrderChanged,
  orderCanceled,
  orderClaimed,
  orderDenied,
  orderExpired,
  orderFilled,
  orderPlaced,
  orderRejected,
  orderReleased,
  orderReopened,
  orderUnknown,
  orderUpdated,
} from '@elvis/contracts';
import { EventLog, JournalEntry, LOG, Log } from '@elvis/platform';
import { Fill, JournalRecord } from '@elvis/trading';
import { Inject, Injectable, OnModuleDestroy } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import { BalanceLedger } from '../../ledgers/balance-ledger';
import { Change } from '../../domain/order-evidence';

type Happened = Change['happened'] | 'claimed' | 'released' | 'denied';

const EVENTS: Readonly<Record<Happened, EventContract<OrderChanged>>> = {
  claimed: orderClaimed,
  placed: orderPlaced,
  filled: orderFilled,
  canceled: orderCanceled,
  rejected: orderRejected,
  expired: orderExpired,
  unknown: orderUnknown,
  updated: orderUpdated,
  reopened: orderReopened,
  released: orderReleased,
  denied: orderDenied,
};
const CONTRACTS = new Map<string, EventContract<OrderChanged>>(
  ORDER_EVENTS.map((contract) => [contract.type, contract]),
);
const PUBLISH_AGAIN_MS = 250;

@Injectable()
export class OrderEventPublisher implements OnModuleDestroy {
  private stopping = false;

  constructor(
    private readonly events: EventLog,
    private readonly balances: BalanceLedger,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** Returns once the event is stored, however long that takes; the service's stop ends the wait. */
  async publishRecord({ record, sequence }: JournalEntry): Promise<void> {
    const { announcement } = record;
    const contract = announcement && CONTRACTS.get(announcement.type);
    if (!announcement || !contract) return;
    const data: OrderChanged = {
      order: record.view,
      revision: sequence,
      ...(announcement.fill && { fill: announcement.fill }),
    };
    // Before the event, so that anyone who repeats the telling after a crash books it too.
    if (announcement.fill) await this.balances.addFill(announcement.fill);
    while (!this.stopping) {
      try {
        await this.events.publish(contract, data, {
          id: announcement.id,
          actor: record.view.actor,
          timeMs: record.view.updatedAtMs,
        });
        return;
      } catch (error) {
        this.log.warn(
          { reason: (error as Error).message },
          'The event of an order could not be stored in the event log; retrying',
        );
        await pause(PUBLISH_AGAIN_MS);
      }
    }
  }

  onModuleDestroy(): void {
    this.stopping = true;
  }
}

/**
 * The record with the event that will tell of it. The id names the record before: of all writers that follow the same
 * record only one succeeds. The first record of a subject names its decision, for after a purge of the journal an id
 * may begin again. A fill's id is the exchange's, and its side: two orders of ours that trade with each other share one
 * trade.
 */
export function announced(
  record: JournalRecord,
  happened: Happened,
  sequenceBefore: number,
  fill?: Fill,
): JournalRecord {
  const ownFill = fill && {
    ...fill,
    clientOrderId: record.order.clientOrderId,
    botConfigId: record.order.botConfigId,
  };
  return {
    ...record,
    announcement: {
      type: EVENTS[happened].type,
      id: fill
        ? `fill:${fill.market}:${fill.symbol}:${fill.tradeId}:${fill.side}`
        : `order:${record.order.clientOrderId}:${sequenceBefore || `0:${record.view.decisionId}`}`,
      ...(ownFill && { fill: ownFill }),
    },
  };
}
