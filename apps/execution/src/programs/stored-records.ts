/** Single messages of the journal's stream, for the programs that take out what is over. */
import { JOURNAL_STREAM, journalSubject } from '@elvis/contracts';
import { JOURNAL_RECORD_TYPES, JournalRecord } from '@elvis/trading';
import { JetStreamManager, MsgRequest, NatsError, StoredMsg } from 'nats';

const NO_MESSAGE_FOUND = 10_037;

/** The first message of these subjects at this sequence or after it. */
interface NextOfSubject {
  readonly seq: number;
  readonly next_by_subj: string;
}

/** Undefined where the journal holds nothing of the kind. @throws NatsError */
export async function findMessage(
  manager: JetStreamManager,
  wish: MsgRequest | NextOfSubject,
): Promise<StoredMsg | undefined> {
  try {
    return await manager.streams.getMessage(JOURNAL_STREAM, wish);
  } catch (error) {
    if (error instanceof NatsError && error.api_error?.err_code === NO_MESSAGE_FOUND) return undefined;
    throw error;
  }
}

/** Undefined where it is no record of the order whose subject it stands on. */
export function readRecord(message: StoredMsg): JournalRecord | undefined {
  try {
    const record = message.json<Partial<JournalRecord> | null>();
    const { version, type, order, view } = record ?? {};
    const isRecord = version === 1 && type && JOURNAL_RECORD_TYPES.includes(type) && order && view;
    const isItsOwn = order && journalSubject(order.clientOrderId) === message.subject;
    return isRecord && isItsOwn && Number.isFinite(view.updatedAtMs) ? (record as JournalRecord) : undefined;
  } catch {
    return undefined;
  }
}
