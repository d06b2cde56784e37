/** Ends intents that were never sent: their id is free again, or used up by a denial, and the caller hears why. */
import { JournalEntry, Log } from '@elvis/platform';
import { DenialCode, OrderView, TradingFailure } from '@elvis/trading';
import { OrderRecorder } from './recording/order-recorder';
import { SendPermission } from './send-gate';

export class UnsentIntents {
  constructor(
    private readonly recorder: OrderRecorder,
    private readonly log: Log,
  ) {}

  withdrawIntent(
    intent: JournalEntry,
    permission: Exclude<SendPermission, { kind: 'granted' }>,
  ): Promise<OrderView> {
    return permission.kind === 'halted'
      ? this.denyIntent(intent, 'STATE_HALTED')
      : this.releaseIntent(intent, permission.failure);
  }

  /** It was never sent: the id is free again, and the caller hears why; unless that cannot be written down. */
  async releaseIntent(intent: JournalEntry, failure: TradingFailure): Promise<OrderView> {
    try {
      await this.recorder.closeIntent(intent, { ...intent.record, type: 'RELEASED' });
    } catch {
      return this.unrecordedView(
        intent,
        'an order that was not sent could not be marked so; its id stays in use until reconciliation releases it',
      );
    }
    throw failure;
  }

  private async denyIntent(intent: JournalEntry, code: DenialCode): Promise<OrderView> {
    const view: OrderView = { ...intent.record.view, status: 'DENIED', code, updatedAtMs: Date.now() };
    const denial = { code, context: { setBy: 'global' } };
    try {
      return (await this.recorder.closeIntent(intent, { ...intent.record, type: 'DENIED', view, denial }))
        .record.view;
    } catch {
      return this.unrecordedView(
        intent,
        'the denial of an order could not be recorded; it was not sent, and its id stays in use until reconciliation releases it',
      );
    }
  }

  /** The id is used up until somebody resolves the intent, so saying that it is free would not be true. */
  private unrecordedView({ record }: JournalEntry, what: string): OrderView {
    this.log.error(
      { clientOrderId: record.order.clientOrderId },
      `The order journal is unavailable: ${what}`,
    );
    return record.view;
  }
}
