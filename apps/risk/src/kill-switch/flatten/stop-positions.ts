/**
 * The positions that stand while a stop does, as the exchange shows them: a stop's answer names them from its beginning,
 * not only once a flatten has come to them. What could not be read lately is not known, which is not the same as none.
 */
import { PositionView, RemainingPosition, getAccount } from '@elvis/contracts';
import { Bus, LOG, Log } from '@elvis/platform';
import { Decimal, StopScope } from '@elvis/trading';
import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../../facts/clock';

const READ_EVERY_MS = 400;
const READ_WITHIN_MS = 2_000;
/** Positions that were read longer ago are not known any more. */
const KNOWN_FOR_MS = 5_000;

@Injectable()
export class StopPositions {
  private known: { readonly positions: readonly PositionView[]; readonly atMs: number } | undefined;
  private reading: Promise<void> | undefined;
  private askedAtMs = -Infinity;

  constructor(
    private readonly bus: Bus,
    private readonly clock: Clock,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** Reads them if that is due, at once for a new stop; one reading at a time, and nobody waits for it. */
  refresh(newestStopMs: number): void {
    const nowMs = this.clock.monotonicMs();
    const isDue = this.askedAtMs < newestStopMs || nowMs - this.askedAtMs >= READ_EVERY_MS;
    if (this.reading || !isDue) return;
    this.askedAtMs = nowMs;
    // A stop's first reading is the exchange's own word of after it; later ones may be as old as anybody's.
    const isFirst = (this.known?.atMs ?? -Infinity) < newestStopMs;
    this.reading = this.read(isFirst ? { maxAgeMs: 0 } : {}).finally(() => (this.reading = undefined));
  }

  /**
   * What stands in this scope, read after this moment of the monotonic clock; null while it is not known. The account has
   * no positions of a bot.
   */
  of(scope: StopScope, sinceMs: number, reason: string): readonly RemainingPosition[] | null {
    if (scope.type === 'bot') return [];
    if (!this.known || this.known.atMs < sinceMs) return null;
    if (this.clock.monotonicMs() - this.known.atMs > KNOWN_FOR_MS) return null;
    return held(this.known.positions, scope).map((position) => remainingOf(position, reason));
  }

  private async read(age: { readonly maxAgeMs?: number }): Promise<void> {
    const atMs = this.askedAtMs;
    try {
      const question = { market: 'futures', ...age } as const;
      const { positions } = await this.bus.request(getAccount, question, { timeoutMs: READ_WITHIN_MS });
      this.known = { positions, atMs };
    } catch (error) {
      this.log.debug({ err: error }, 'The positions of a stop could not be read; retrying');
    }
  }
}

/** Those of a scope that are not zero. */
export const held = (positions: readonly PositionView[], scope: StopScope): readonly PositionView[] =>
  positions.filter(
    ({ symbol, quantity }) =>
      !new Decimal(quantity).isZero() && (scope.type === 'global' || symbol === scope.value),
  );

export const remainingOf = (
  { symbol, quantity, positionSide }: PositionView,
  reason: string,
): RemainingPosition => ({ symbol, quantity, ...(positionSide && { positionSide }), reason });
