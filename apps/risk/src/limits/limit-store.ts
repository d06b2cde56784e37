/** The limits that were changed while running: one key of the JetStream KV bucket, changed by compare-and-set. */
import { LIMITS_BUCKET, LIMITS_KEY, RuntimeLimit } from '@elvis/contracts';
import { CasReading, CasRecord, NATS } from '@elvis/platform';
import { TradingFailure } from '@elvis/trading';
import { Inject, Injectable } from '@nestjs/common';
import { NatsConnection } from 'nats';
import { problemWith } from './limits';

type ChangedLimits = Readonly<Partial<Record<RuntimeLimit, string>>>;

export interface LimitsReading {
  readonly revision: number;
  readonly changed: ChangedLimits;
  /** The leverage that was set for single symbols while running. */
  readonly leverage: Readonly<Record<string, number>>;
}

interface StoredLimits {
  readonly version: 1;
  readonly limits?: ChangedLimits;
  readonly leverage?: Readonly<Record<string, number>>;
}

@Injectable()
export class LimitStore {
  private readonly stored: CasRecord<StoredLimits>;

  constructor(@Inject(NATS) connection: NatsConnection) {
    this.stored = new CasRecord(connection, {
      bucket: LIMITS_BUCKET,
      key: LIMITS_KEY,
      name: 'The record of runtime limits',
      isValue: isStoredLimits,
    });
  }

  /** @throws TradingFailure LIMITS_UNKNOWN it does not answer, or what it holds cannot be understood */
  async read(): Promise<LimitsReading> {
    const { revision, value } = await this.readStored();
    if (revision > 0 && !value)
      throw unknown(
        'The record of runtime limits is malformed, so no order is judged. Restore it, or set the limits again',
      );
    return { revision, changed: value?.limits ?? {}, leverage: value?.leverage ?? {} };
  }

  /** Undefined if they have changed since `revision`. @throws TradingFailure STORE_UNAVAILABLE */
  write({ changed, leverage, revision }: LimitsReading): Promise<number | undefined> {
    return this.stored.write({ version: 1, limits: changed, leverage }, revision);
  }

  private async readStored(): Promise<CasReading<StoredLimits>> {
    try {
      return await this.stored.read();
    } catch (cause) {
      throw unknown((cause as Error).message, cause);
    }
  }
}

function isStoredLimits(stored: unknown): stored is StoredLimits {
  const { version, limits, leverage } = stored as Partial<StoredLimits>;
  return (
    version === 1 &&
    Object.entries(limits ?? {}).every(([name, text]) => problemWith(name, text) === undefined) &&
    Object.values(leverage ?? {}).every((number) => Number.isInteger(number) && number >= 1)
  );
}

const unknown = (message: string, cause?: unknown): TradingFailure =>
  new TradingFailure('LIMITS_UNKNOWN', message, { cause, retryAfterMs: 1_000 });
