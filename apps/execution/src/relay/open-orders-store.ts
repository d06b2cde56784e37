/**
 * The checkpoint of the open orders under its one key. It only ever moves on: who finds that another replica was first
 * reads, and writes only what reaches further. One that does not fit into a message is not written; the one before it
 * stays true, and the records behind it are read.
 */
import { OPEN_ORDERS_BUCKET, OPEN_ORDERS_KEY, OpenOrdersCheckpoint } from '@elvis/contracts';
import { CasRecord, Log } from '@elvis/platform';
import { NatsConnection } from 'nats';
import { OpenOrders } from '../domain/open-orders';

/** A message is at most 1 MB; this is some 18,000 open orders. */
const MOST_BYTES = 900_000;
const TRIES = 3;

export class OpenOrdersStore {
  private readonly record: CasRecord<OpenOrdersCheckpoint>;
  private revision = 0;
  private reached = 0;
  private isTooLarge = false;
  private isFailing = false;

  constructor(
    connection: NatsConnection,
    private readonly log: Log,
  ) {
    this.record = new CasRecord(connection, {
      bucket: OPEN_ORDERS_BUCKET,
      key: OPEN_ORDERS_KEY,
      name: 'The checkpoint of the open orders',
      isValue: isCheckpoint,
    });
  }

  /** What the checkpoint reached to when it was last read or written here; 0 if there was none of that journal. */
  get sequence(): number {
    return this.reached;
  }

  /** Undefined if there is none of that journal. @throws TradingFailure STORE_UNAVAILABLE */
  async read(journal: string): Promise<OpenOrders | undefined> {
    const { revision, value } = await this.record.read();
    const isOfThis = value?.journal === journal;
    this.revision = revision;
    this.reached = isOfThis ? value.sequence : 0;
    return isOfThis ? new OpenOrders(value.sequence, Object.entries(value.open)) : undefined;
  }

  /** Nothing is lost if it could not be written; the next one says the same and more. */
  async write(journal: string, orders: OpenOrders): Promise<void> {
    try {
      for (let attempt = 0; attempt < TRIES && orders.sequence > this.reached; attempt += 1) {
        const checkpoint = checkpointOf(journal, orders);
        if (!this.fits(checkpoint)) return;
        const revision = await this.record.write(checkpoint, this.revision);
        if (revision === undefined) await this.read(journal);
        else [this.revision, this.reached] = [revision, checkpoint.sequence];
      }
      this.isFailing = false;
    } catch (error) {
      if (!this.isFailing)
        this.log.warn(
          { reason: (error as Error).message },
          'The checkpoint of the open orders could not be written; retrying with the next order. Until then finding them takes longer',
        );
      this.isFailing = true;
    }
  }

  private fits(checkpoint: OpenOrdersCheckpoint): boolean {
    const bytes = Buffer.byteLength(JSON.stringify(checkpoint));
    const isTooLarge = bytes > MOST_BYTES;
    if (isTooLarge && !this.isTooLarge)
      this.log.error(
        { alert: 'open-orders-checkpoint', bytes, orders: Object.keys(checkpoint.open).length },
        'There are too many open orders for their checkpoint; it is not written, and finding them takes longer the longer this lasts. Cancel orders',
      );
    this.isTooLarge = isTooLarge;
    return !isTooLarge;
  }
}

/** An id may be any word, `__proto__` too. */
const checkpointOf = (journal: string, { sequence, open }: OpenOrders): OpenOrdersCheckpoint => ({
  version: 1,
  journal,
  sequence,
  open: Object.fromEntries(open),
});

function isCheckpoint(stored: unknown): stored is OpenOrdersCheckpoint {
  const { version, journal, sequence, open } = (stored ?? {}) as Partial<OpenOrdersCheckpoint>;
  return (
    version === 1 &&
    typeof journal === 'string' &&
    isSequence(sequence) &&
    typeof open === 'object' &&
    open !== null &&
    Object.values(open).every((at) => isSequence(at) && at <= sequence)
  );
}

const isSequence = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
