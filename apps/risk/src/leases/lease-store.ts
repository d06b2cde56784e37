/** Leases in the JetStream KV bucket: a key for each futures symbol and spot coin, changed by compare-and-set. */
import { SYMBOL_LEASES_BUCKET } from '@elvis/contracts';
import { CasRecord, NATS } from '@elvis/platform';
import { Market, TradingFailure } from '@elvis/trading';
import { Inject, Injectable } from '@nestjs/common';
import { NatsConnection } from 'nats';
import { LeaseRecord, isLeaseRecord } from './lease-record';

const STREAM = `KV_${SYMBOL_LEASES_BUCKET}`;
const PREFIX = `$KV.${SYMBOL_LEASES_BUCKET}.`;

export interface LeaseReading {
  readonly revision: number;
  readonly record?: LeaseRecord;
}

export interface LeasePlace {
  readonly market: Market;
  /** Futures symbol, or spot base asset. */
  readonly subject: string;
}

@Injectable()
export class LeaseStore {
  constructor(@Inject(NATS) private readonly connection: NatsConnection) {}

  /** @throws TradingFailure STORE_UNAVAILABLE who holds it is not known */
  async read(place: LeasePlace): Promise<LeaseReading> {
    const { revision, value } = await this.at(place).read();
    if (revision > 0 && !value)
      throw new TradingFailure(
        'STORE_UNAVAILABLE',
        `The lease of ${place.subject} is malformed, so no bot's order is judged there. Release it, then retry`,
      );
    return { revision, ...(value && { record: value }) };
  }

  /** Undefined if another came first. @throws TradingFailure STORE_UNAVAILABLE */
  write(record: LeaseRecord, revision: number): Promise<number | undefined> {
    return this.at(record).write(record, revision);
  }

  /** Those that were ever held. @throws NatsError */
  async places(): Promise<readonly LeasePlace[]> {
    const manager = await this.connection.jetstreamManager({ checkAPI: false });
    const { state } = await manager.streams.info(STREAM, { subjects_filter: `${PREFIX}>` });
    return Object.keys(state.subjects ?? {}).map((key) => {
      const [market, ...rest] = key.slice(PREFIX.length).split('.');
      return { market: market as Market, subject: rest.join('.') };
    });
  }

  private at({ market, subject }: LeasePlace): CasRecord<LeaseRecord> {
    return new CasRecord(this.connection, {
      bucket: SYMBOL_LEASES_BUCKET,
      key: `${market}.${subject}`,
      name: `The lease of ${subject}`,
      isValue: isLeaseRecord,
    });
  }
}
