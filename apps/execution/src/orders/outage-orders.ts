/**
 * What left while Redis was away: reduce-only orders, each without a reservation. When Redis is back and still has the
 * books of before, each is entered with nothing of it moved, and its fills move into the position like any others; a
 * Redis that lost its books is rebuilt from the exchange, which has these fills already.
 */
import { EXPOSURE_GENERATION_FIELD, EXPOSURE_KEY } from '@elvis/contracts';
import { LOG, Log, Redis, everyBeat } from '@elvis/platform';
import { Inject, Injectable, OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { ExposureLedger } from '../ledgers/exposure-ledger';
import { OrderRecorder } from './recording/order-recorder';

const PERIOD_MS = 500;

@Injectable()
export class OutageOrders implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly left = new Set<string>();
  private stopLooking: () => void = () => undefined;
  /** Of the books as this process last saw them; null while they were missing. */
  private generation: string | null | undefined;
  private isLooking = false;

  constructor(
    private readonly redis: Redis,
    private readonly recorder: OrderRecorder,
    private readonly exposure: ExposureLedger,
    @Inject(LOG) private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    this.stopLooking = everyBeat(PERIOD_MS, () => void this.enterAll());
  }

  onModuleDestroy(): void {
    this.stopLooking();
  }

  /** It was let out of this replica's own share. */
  addSent(clientOrderId: string): void {
    this.left.add(clientOrderId);
  }

  /** Enters what left, if Redis answers. */
  async enterAll(): Promise<void> {
    if (this.isLooking) return;
    this.isLooking = true;
    try {
      const generation = await this.redis.hget(EXPOSURE_KEY, EXPOSURE_GENERATION_FIELD);
      const isSame = generation !== null && generation === this.generation;
      if (this.left.size > 0 && generation === null) return;
      for (const clientOrderId of this.left) {
        if (isSame) await this.enterOrder(clientOrderId);
        this.left.delete(clientOrderId);
      }
      this.generation = generation;
    } catch (error) {
      this.log.debug(
        { err: error },
        'Orders sent while Redis was unavailable could not be added to the exposure yet; retrying',
      );
    } finally {
      this.isLooking = false;
    }
  }

  private async enterOrder(clientOrderId: string): Promise<void> {
    const entry = await this.recorder.findEntry(clientOrderId);
    if (!entry) return;
    const { record } = entry;
    if (record.type === 'RELEASED' || record.type === 'VOID' || record.type === 'DENIED') return;
    await this.exposure.enterUnreserved(record);
    if (!(await this.exposure.followRecord(record)))
      throw new Error(
        'an order that was sent while Redis was unavailable could not be added to the exposure in Redis; it is tried again in half a second',
      );
    this.log.info(
      { clientOrderId },
      'An order that was sent while Redis was unavailable was added to the exposure',
    );
  }
}
