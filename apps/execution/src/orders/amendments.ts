/**
 * Changes price and quantity of a working order, one change at a time per order, through the same gate as a new order
 * and sent once. The intent stands in the journal before it leaves; what the order is afterwards is what the exchange
 * says it is. Until that has been read, risk's reservation of the larger of both stays.
 */
import { PlaceAmendment, isAmendmentGenuine } from '@elvis/contracts';
import { JournalEntry, LOG, Log } from '@elvis/platform';
import { Amendment, OrderView, TradingFailure, isClosedStatus } from '@elvis/trading';
import { Inject, Injectable } from '@nestjs/common';
import { AccountCoverage } from '../fleet/account-coverage';
import { ExecutionConfig } from '../execution.config';
import { ExposureLedger } from '../ledgers/exposure-ledger';
import { OrderRecorder } from './recording/order-recorder';
import { SendGate } from './send-gate';
import { OrderEntry } from '../venue/order-entry';

@Injectable()
export class Amendments {
  constructor(
    private readonly recorder: OrderRecorder,
    private readonly venue: OrderEntry,
    private readonly coverage: AccountCoverage,
    private readonly gate: SendGate,
    private readonly exposure: ExposureLedger,
    private readonly config: ExecutionConfig,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /**
   * Answers the order as the exchange then has it; with the old terms and no error where nobody knows yet.
   *
   * @throws TradingFailure ORDER_NOT_FOUND, ORDER_ALREADY_CLOSED, AMENDMENT_UNDER_WAY; nothing was sent
   * @throws TradingFailure VENUE_REJECTED the exchange refused the change; the order stands as it was
   * @throws TradingFailure UNAVAILABLE kinds nothing was sent
   */
  async amend({ terms, approval }: PlaceAmendment): Promise<OrderView> {
    if (!isAmendmentGenuine(approval, terms, this.config.APPROVAL_KEY)) {
      throw new TradingFailure(
        'APPROVAL_INVALID',
        'The approval by risk is missing or does not fit this change; nothing was sent. Send it through risk; if it was, check that APPROVAL_KEY is the same everywhere',
      );
    }
    await this.coverage.required();
    const { quantity, price, clientOrderId } = terms;
    const { approvalId, decisionId, epoch, sendByMs } = approval;
    const recvWindowMs = this.config.BINANCE_RECV_WINDOW_MS;
    const amendment: Amendment = { approvalId, decisionId, epoch, sendByMs, recvWindowMs, quantity, price };
    const { record } = await this.claimAmendment(clientOrderId, amendment);
    const settle = (): Promise<JournalEntry | undefined> =>
      this.recorder.applyEvidence(clientOrderId, { kind: 'amended', approvalId });

    const send = { clientOrderId, approvalId, epoch, sendByMs, purpose: approval.purpose };
    const permission = await this.gate
      .requestPermission({
        market: record.order.market,
        cost: this.venue.futures.costOfAmending(),
        priority: 'P2',
        sharer: record.order.origin?.keyId,
        orders: [send],
      })
      .catch((error: unknown) => ({ kind: 'refused', failure: error as TradingFailure }) as const);
    if (permission.kind !== 'granted') {
      await settle();
      throw permission.kind === 'refused'
        ? permission.failure
        : new TradingFailure(
            'EPOCH_CHANGED',
            'Trading is halted; the order was not amended. Retry after the halt is cleared',
          );
    }
    const placement = await this.venue.futures.amend(record.view, { quantity, price }, permission.grant);
    this.gate.closeGrant(approvalId, permission.grant, placement);
    switch (placement.kind) {
      case 'accepted': {
        const { report } = placement;
        const entry = await this.recorder.applyEvidence(clientOrderId, {
          kind: 'amended',
          approvalId,
          report,
        });
        if (entry) await this.exposure.followRecord(entry.record);
        return (entry?.record ?? record).view;
      }
      case 'refused':
        await settle();
        throw new TradingFailure(
          'VENUE_REJECTED',
          `The exchange refused the change; the order is unchanged: ${placement.reason}`,
          {
            context: { exchangeCode: placement.code, exchangeMessage: placement.reason },
          },
        );
      case 'never-left':
        await settle();
        throw new TradingFailure(
          'VENUE_UNREACHABLE',
          'The exchange is unreachable; the order was not amended. Retry',
          {
            retryAfterMs: 1_000,
          },
        );
      case 'unknown':
        this.log.warn(
          { clientOrderId, reason: placement.reason },
          'The exchange gave no conclusive answer to an amendment; the order is read back to find out',
        );
        return record.view;
    }
  }

  private async claimAmendment(clientOrderId: string, amendment: Amendment): Promise<JournalEntry> {
    const standing = await this.recorder.findEntry(clientOrderId);
    const { type, view, amendment: other } = standing?.record ?? {};
    if (!view || type === 'RELEASED' || type === 'VOID')
      throw new TradingFailure(
        'ORDER_NOT_FOUND',
        `Order ${clientOrderId} is not known to Elvis; nothing was changed. Check the id`,
      );
    if (view.market !== 'futures') {
      throw new TradingFailure(
        'VENUE_REJECTED',
        'Spot orders cannot be amended; nothing was sent. Cancel the order and send a new one',
      );
    }
    if (isClosedStatus(view.status)) throw alreadyClosed(view);
    const isWorking = view.status === 'NEW' || view.status === 'PARTIALLY_FILLED';
    if (other || !isWorking || view.type !== 'LIMIT') throw underWay(clientOrderId);
    const entry = await this.recorder.applyEvidence(clientOrderId, { kind: 'amending', amendment });
    if (entry?.record.amendment?.approvalId === amendment.approvalId) return entry;
    throw entry && isClosedStatus(entry.record.view.status)
      ? alreadyClosed(entry.record.view)
      : underWay(clientOrderId);
  }
}

const alreadyClosed = ({ status, filledQuantity }: OrderView): TradingFailure =>
  new TradingFailure('ORDER_ALREADY_CLOSED', `The order is already ${status} and cannot be amended`, {
    context: { status, filledQuantity },
  });

const underWay = (clientOrderId: string): TradingFailure =>
  new TradingFailure(
    'AMENDMENT_UNDER_WAY',
    `Order ${clientOrderId} is unchanged: only a working LIMIT order without a pending amendment can be changed. Query it before retrying`,
  );
