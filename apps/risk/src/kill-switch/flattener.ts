/**
 * Closes what a stop is asked to flatten, once its orders are verified gone: reduce-only market orders against the
 * exchange's own positions, split by the symbol's maximum, again and again until the exchange shows nothing more. Only
 * the halt is lifted for them, and only in the send script; reduce-only keeps any number of them from going past zero.
 */
import {
  PositionView,
  SubmitOrder,
  getAccount,
  placeOrder,
  riskApproved,
  signApproval,
} from '@elvis/contracts';
import { Bus, LOG, Log, OrderJournal } from '@elvis/platform';
import { Decimal, TradingFailure } from '@elvis/trading';
import { Inject, Injectable, OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { Clock } from '../clock';
import { HaltMemory } from '../domain/halt-memory';
import { OpenStop } from '../domain/halt-record';
import { splitQuantity } from '../domain/stop-flatten';
import { Instruments } from '../market/instruments';
import { contentOf, voidView } from '../orders/order-views';
import { ReservationStore } from '../orders/reservation-store';
import { Outbox } from '../outbox';
import { RiskConfig } from '../risk.config';
import { FlattenKeys } from './flatten-keys';
import { HaltKeys } from './halt-keys';
import { StopFollower } from './stop-follower';

const LOOK_EVERY_MS = 250;
const PLACE_TIMEOUT_MS = 6_000;
const SEND_AHEAD_MS = 3_000;
/** Rounds after which what still stands is called INCOMPLETE; they go on. */
const PATIENCE_ROUNDS = 3;

@Injectable()
export class Flattener implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly replica = randomUUID();
  private readonly flattening = new Set<string>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly bus: Bus,
    private readonly memory: HaltMemory,
    private readonly follower: StopFollower,
    private readonly keys: HaltKeys,
    private readonly flattenKeys: FlattenKeys,
    private readonly reservations: ReservationStore,
    private readonly journal: OrderJournal,
    private readonly instruments: Instruments,
    private readonly outbox: Outbox,
    private readonly config: RiskConfig,
    private readonly clock: Clock,
    @Inject(LOG) private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.look(), LOOK_EVERY_MS);
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private look(): void {
    for (const stop of this.memory.stops) {
      const version = `${stop.stopId}:${stop.epoch}`;
      if (!stop.flatten || stop.state !== 'HALTED' || this.flattening.has(version)) continue;
      const { phase, phases } = this.follower.sightOf(stop);
      if (phases.verified === null || phase === 'VERIFIED_FLAT') continue;
      this.flattening.add(version);
      void this.flatten(stop)
        .catch((error: Error) =>
          this.log.error({ err: error, stopId: stop.stopId }, 'Flattening was interrupted; it begins again'),
        )
        .finally(() => this.flattening.delete(version));
    }
  }

  /** One turn: holds the lease, closes, reads back. Ends when flat, or to be taken up again at the next look. */
  private async flatten(stop: OpenStop): Promise<void> {
    if (!(await this.flattenKeys.hold(stop.stopId, this.replica))) return;
    for (let round = 1; this.timer && !this.memory.isEnded(stop) && this.isNewest(stop); round += 1) {
      if (!(await this.flattenKeys.hold(stop.stopId, this.replica))) return;
      const positions = await this.positions(stop);
      const openPositions = positions.map(({ symbol }) => symbol);
      const phase =
        positions.length === 0 ? 'VERIFIED_FLAT' : round > PATIENCE_ROUNDS ? 'INCOMPLETE' : 'FLATTENING';
      await this.keys.writeFlat(stop.stopId, { epoch: stop.epoch, phase, openPositions });
      if (positions.length === 0) return;
      await Promise.all(positions.map((position) => this.close(stop, position)));
    }
  }

  private isNewest({ stopId, epoch }: OpenStop): boolean {
    return !this.memory.stops.some((stop) => stop.stopId === stopId && stop.epoch > epoch);
  }

  /** As the exchange shows them now: an account that was read before this round began proves nothing. */
  private async positions({ scope }: OpenStop): Promise<readonly PositionView[]> {
    const beganMs = await this.flattenKeys.exchangeNowMs();
    for (;;) {
      const { asOfMs, positions } = await this.bus.request(getAccount, { market: 'futures' });
      if (asOfMs >= beganMs) {
        return positions.filter(
          ({ symbol, quantity }) =>
            !new Decimal(quantity).isZero() && (scope.type === 'global' || symbol === scope.value),
        );
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  private async close(stop: OpenStop, { symbol, quantity, markPrice }: PositionView): Promise<void> {
    const held = new Decimal(quantity);
    const instrument = this.instruments.find('futures', symbol);
    const parts = splitQuantity(held.abs(), instrument?.marketMaxQuantity, instrument?.marketStepSize);
    for (const part of parts) {
      const order: SubmitOrder = {
        clientOrderId: `flat.${stop.stopId.slice(0, 8)}.${randomUUID().slice(0, 13)}`,
        actor: `kill-switch:${stop.stopId}`,
        market: 'futures',
        symbol,
        side: held.gt(0) ? 'SELL' : 'BUY',
        type: 'MARKET',
        quantity: part.toFixed(),
        reduceOnly: true,
      };
      await this.place(stop, order, part.times(markPrice).toFixed());
    }
  }

  private async place(stop: OpenStop, order: SubmitOrder, notional: string): Promise<void> {
    const [approvalId, decisionId] = [randomUUID(), randomUUID()];
    const exchangeNowMs = await this.flattenKeys.reserve(order, { approvalId, notional });
    const approval = signApproval(
      {
        approvalId,
        decisionId,
        epoch: stop.epoch,
        sendByMs: exchangeNowMs + SEND_AHEAD_MS,
        purpose: 'flatten',
      },
      order,
      this.config.APPROVAL_KEY,
    );
    const inputs = { purpose: 'flatten', stopId: stop.stopId, epoch: `${stop.epoch}`, notional };
    const decidedAtMs = this.clock.nowMs();
    const { actor } = order;
    void this.outbox.publish(
      riskApproved,
      { decisionId, actor, order: contentOf(order), verdict: 'APPROVED', inputs, decidedAtMs },
      actor,
      decidedAtMs,
    );
    try {
      const view = await this.bus.request(placeOrder, { order, approval }, { timeoutMs: PLACE_TIMEOUT_MS });
      this.log.warn({ stopId: stop.stopId, order: view }, 'Flatten order placed');
    } catch (error) {
      this.log.error({ err: error, stopId: stop.stopId, order }, 'A flatten order was not placed');
      if (error instanceof TradingFailure && error.kind !== 'UNKNOWN')
        await this.giveBack(order, approvalId, decisionId);
    }
  }

  /** Execution may have claimed the order before it failed: then VOID comes second, and the reservation is its own. */
  private async giveBack(order: SubmitOrder, approvalId: string, decisionId: string): Promise<void> {
    try {
      const view = voidView(order, decisionId, this.clock.nowMs());
      const record = { version: 1, type: 'VOID', order: contentOf(order), view, approvalId } as const;
      if ((await this.journal.append(record, 0)) === undefined) return;
      await this.reservations.giveBack(order.clientOrderId, approvalId);
    } catch (error) {
      this.log.error({ err: error, order }, 'The reservation of a flatten order stays until it is compared');
    }
  }
}
