/** Publishes the decisions that the journal's records carry, as execution's relay does. */
import { decisionIn, riskApproved, riskDenied } from '@elvis/contracts';
import { OrderJournal, Rounds } from '@elvis/platform';
import { JSONCodec, NatsConnection } from 'nats';

const EVERY_MS = 20;
const codec = JSONCodec<unknown>();

export function startRelay(connection: NatsConnection, journal: OrderJournal): Rounds {
  let relayed = 0;
  const publish = async (): Promise<void> => {
    for (let entry = await journal.at(relayed + 1); entry; entry = await journal.at(relayed + 1)) {
      relayed = entry.sequence;
      const decided = decisionIn(entry.record, entry.sequence);
      if (!decided) continue;
      const { type } = decided.verdict === 'DENIED' ? riskDenied : riskApproved;
      const { actor, decidedAtMs, decisionId: id } = decided;
      const times = { time: new Date(decidedAtMs).toISOString(), version: 1, traceId: 'trace' };
      const envelope = { id, type, source: 'risk', actor, data: decided, ...times };
      await connection.jetstream().publish(type, codec.encode(envelope));
    }
  };
  const rounds = new Rounds(() =>
    publish().then(
      () => EVERY_MS,
      () => EVERY_MS,
    ),
  );
  rounds.start(EVERY_MS);
  return rounds;
}
