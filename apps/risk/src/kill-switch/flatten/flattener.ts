/**
 * Closes what a stop is asked to flatten, once its orders are verified gone: reduce-only market orders against the
 * exchange's own positions, split by the symbol's maximum, again and again until the exchange shows nothing more. Only
 * the halt is lifted for them, and only in the send script; reduce-only keeps any number of them from going past zero.
 */
import {
  ApprovedOrder,
  OrderView,
  PositionView,
  RemainingPosition,
  RiskDecided,
  getAccount,
  placeOrder,
  signApproval,
  contentOf,
} from '@elvis/contracts';
import { Bus, LOG, Log } from '@elvis/platform';
import { Decimal, TradingFailure } from '@elvis/trading';
import { Inject, Injectable, OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { Clock } from '../../facts/clock';
import { HaltMemory } from '../domain/halt-memory';
import { OpenStop } from '../domain/halt-record';
import { splitQuantity } from '../domain/stop-flatten';
import { Instruments } from '../../facts/instruments';
import { UnusedApprovals } from '../../exposure/unused-approvals';
import { RiskConfig } from '../../risk.config';
import { FlattenLock } from './flatten-lock';
import { HaltKeys } from '../halt-keys';
import { StopFollower } from '../stop-follower';
import { held, remainingOf } from './stop-positions';

const LOOK_EVERY_MS = 250;
const PLACE_TIMEOUT_MS = 6_000;
const SEND_AHEAD_MS = 3_000;
/** Rounds after which what still stands is called INCOMPLETE; they go on. */
const PATIENCE_ROUNDS = 3;
/** What was sent gets a moment before the exchange is asked again; what goes wrong again and again gets more. */
const PAUSE_MS = 250;
const PATIENT_PAUSE_MS = 1_000;
const READ_WITHIN_MS = 5_000;
const UNDER_WAY = 'being closed';

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
    private readonly flattenLock: FlattenLock,
    private readonly unused: UnusedApprovals,
    private readonly instruments: Instruments,
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
          this.log.error(
            { err: error, stopId: stop.stopId },
            'Closing the positions of a stop was interrupted by an error; it is started again',
          ),
        )
        .finally(() => this.flattening.delete(version));
    }
  }

  /** One turn: holds the lease, closes, reads back. Ends when flat, or to be taken up again at the next look. */
  private async flatten(stop: OpenStop): Promise<void> {
    let standing: readonly PositionView[] = [];
    const failures = new Map<string, string>();
    for (let round = 1; this.timer && !this.memory.isEnded(stop) && this.isNewest(stop); round += 1) {
      if (!(await this.flattenLock.hold(stop.stopId, this.replica))) return;
      const read = await this.positions(stop).catch((error: Error) => error);
      standing = read instanceof Error ? standing : read;
      const isFlat = !(read instanceof Error) && read.length === 0;
      const phase = isFlat ? 'VERIFIED_FLAT' : round > PATIENCE_ROUNDS ? 'INCOMPLETE' : 'FLATTENING';
      const positions = [
        ...standing.map((position) => remainingOf(position, failures.get(keyOf(position)) ?? UNDER_WAY)),
        ...(read instanceof Error ? [unread(read)] : []),
      ];
      await this.keys.writeFlat(stop.stopId, { epoch: stop.epoch, phase, positions });
      if (isFlat) return;
      if (!(read instanceof Error)) await this.closeAll(stop, read, failures);
      await pause(round > PATIENCE_ROUNDS ? PATIENT_PAUSE_MS : PAUSE_MS);
    }
  }

  private async closeAll(
    stop: OpenStop,
    positions: readonly PositionView[],
    failures: Map<string, string>,
  ): Promise<void> {
    await Promise.all(
      positions.map(async (position) => {
        const failure = await this.close(stop, position);
        if (failure === undefined) failures.delete(keyOf(position));
        else failures.set(keyOf(position), failure);
      }),
    );
  }

  private isNewest({ stopId, epoch }: OpenStop): boolean {
    return !this.memory.stops.some((stop) => stop.stopId === stopId && stop.epoch > epoch);
  }

  /** As the exchange shows them now: an account that was read before this round began proves nothing. */
  private async positions({ scope }: OpenStop): Promise<readonly PositionView[]> {
    const beganMs = await this.flattenLock.exchangeNowMs();
    const until = this.clock.monotonicMs() + READ_WITHIN_MS;
    for (;;) {
      const { asOfMs, positions } = await this.bus.request(getAccount, { market: 'futures', maxAgeMs: 0 });
      if (asOfMs >= beganMs) return held(positions, scope);
      if (this.clock.monotonicMs() > until)
        throw new Error(
          'Closing the positions of a stop waits: the exchange gave no positions newer than the start of this round; nothing is closed in it, and the next round reads them again',
        );
      await pause(PAUSE_MS);
    }
  }

  /** In hedge mode each side of a symbol is closed by itself. Answers why it could not be, if so. */
  private async close(
    stop: OpenStop,
    { symbol, quantity, markPrice, positionSide }: PositionView,
  ): Promise<string | undefined> {
    const amount = new Decimal(quantity);
    const isLong = positionSide === undefined ? amount.gt(0) : positionSide === 'LONG';
    const instrument = this.instruments.find('futures', symbol);
    const parts = splitQuantity(amount.abs(), instrument?.marketMaxQuantity, instrument?.marketStepSize);
    for (const part of parts) {
      const order: ApprovedOrder = {
        clientOrderId: `flat.${stop.stopId.slice(0, 8)}.${randomUUID().slice(0, 13)}`,
        actor: `kill-switch:${stop.stopId}`,
        market: 'futures',
        symbol,
        side: isLong ? 'SELL' : 'BUY',
        type: 'MARKET',
        quantity: part.toFixed(),
        reduceOnly: true,
        ...(positionSide && { positionSide }),
      };
      const failure = await this.place(stop, order, part.times(markPrice).toFixed());
      if (failure !== undefined) return failure;
    }
    return undefined;
  }

  private async place(stop: OpenStop, order: ApprovedOrder, notional: string): Promise<string | undefined> {
    const [approvalId, decisionId] = [randomUUID(), randomUUID()];
    const exchangeNowMs = await this.flattenLock.reserve(order, { approvalId, notional });
    const { actor } = order;
    const decision: RiskDecided = {
      decisionId,
      actor,
      order: contentOf(order),
      verdict: 'APPROVED',
      inputs: { purpose: 'flatten', stopId: stop.stopId, epoch: `${stop.epoch}`, notional },
      decidedAtMs: this.clock.nowMs(),
    };
    const approval = signApproval(
      {
        approvalId,
        decisionId,
        epoch: stop.epoch,
        sendByMs: exchangeNowMs + SEND_AHEAD_MS,
        purpose: 'flatten',
        decision: JSON.stringify(decision),
      },
      order,
      this.config.APPROVAL_KEY,
    );
    try {
      const view = await this.bus.request(placeOrder, { order, approval }, { timeoutMs: PLACE_TIMEOUT_MS });
      this.log.warn(
        { stopId: stop.stopId, order: view },
        'An order that closes a position for a stop was answered by execution; `order` shows how it stands',
      );
      return view.status === 'REJECTED' || view.status === 'EXPIRED' ? refusedBy(view) : undefined;
    } catch (error) {
      this.log.error(
        { err: error, stopId: stop.stopId, order },
        'An order that closes a position for a stop failed or got no clear answer; the next round closes what is then still held',
      );
      if (error instanceof TradingFailure && error.kind !== 'UNKNOWN')
        await this.unused.giveBack({ order, approvalId, decision });
      return `its closing order was not placed: ${(error as Error).message}`;
    }
  }
}

const keyOf = ({ symbol, positionSide }: PositionView): string => `${symbol} ${positionSide ?? ''}`;

const refusedBy = ({ status, code = 'no code', reason = '' }: OrderView): string =>
  `its closing order was ${status}: ${code} ${reason}`.trim();

const unread = ({ message }: Error): RemainingPosition => ({
  symbol: '*',
  quantity: null,
  reason: `the positions cannot be read: ${message}`,
});

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms).unref());
