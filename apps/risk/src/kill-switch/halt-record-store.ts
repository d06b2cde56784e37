/**
 * The durable record of stops: one key of the JetStream KV bucket, read from the stream's leader and changed by
 * compare-and-set, so that its history is a line.
 */
import { HALTS_BUCKET, HALTS_KEY } from '@elvis/contracts';
import { CasRecord, NATS } from '@elvis/platform';
import { STOP_SCOPES } from '@elvis/trading';
import { Inject, Injectable } from '@nestjs/common';
import { NatsConnection } from 'nats';
import { EMPTY_HALT_RECORD, HaltRecord, OpenStop } from './domain/halt-record';

export interface HaltReading {
  /** What the next writer must name; 0 if there is none. */
  readonly revision: number;
  /** Absent where the stored text is no record of stops: that is not the same as nothing. */
  readonly record?: HaltRecord;
}

@Injectable()
export class HaltRecordStore {
  private readonly stored: CasRecord<HaltRecord>;

  constructor(@Inject(NATS) connection: NatsConnection) {
    this.stored = new CasRecord(connection, {
      bucket: HALTS_BUCKET,
      key: HALTS_KEY,
      name: 'The durable record of stops',
      isValue: isHaltRecord,
    });
  }

  /** @throws TradingFailure STORE_UNAVAILABLE the stream's leader did not answer */
  async read(): Promise<HaltReading> {
    const { revision, value } = await this.stored.read();
    return { revision, record: revision === 0 ? EMPTY_HALT_RECORD : value };
  }

  /**
   * Writes the record unless it has changed since `revision`; undefined if it has.
   *
   * @throws TradingFailure STORE_UNAVAILABLE no confirmation came; it may or may not be stored
   */
  write(record: HaltRecord, revision: number): Promise<number | undefined> {
    return this.stored.write(record, revision);
  }
}

/** False for anything that is not exactly one: a half-read record would forget stops. */
function isHaltRecord(stored: unknown): stored is HaltRecord {
  const value = stored as Partial<HaltRecord> | null;
  return (
    value?.version === 1 &&
    Number.isInteger(value.epoch) &&
    Array.isArray(value.stops) &&
    value.stops.every(isOpenStop) &&
    Array.isArray(value.cleared) &&
    value.cleared.every(({ stopId, epoch }) => typeof stopId === 'string' && Number.isInteger(epoch))
  );
}

/** Whether this is a stop as we write it. */
export function isOpenStop(value: unknown): value is OpenStop {
  const stop = value as Partial<OpenStop> | null;
  return (
    typeof stop === 'object' &&
    typeof stop?.stopId === 'string' &&
    Number.isInteger(stop.epoch) &&
    (stop.state === 'HALTED' || stop.state === 'REDUCING') &&
    typeof stop.actor === 'string' &&
    typeof stop.reason === 'string' &&
    Number.isFinite(stop.activatedAtMs) &&
    !!stop.scope &&
    STOP_SCOPES.includes(stop.scope.type)
  );
}
