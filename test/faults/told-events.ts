/**
 * What the journal says must be told, and what the event stream holds: each event once, and of every order in the order of
 * its records; and of every approval that claimed an id, or was withdrawn by VOID, its decision.
 */
import { EventEnvelope, ORDER_EVENTS, OrderChanged, riskApproved, riskDenied } from '@elvis/contracts';
import { JournalRecord } from '@elvis/trading';

const ORDER_TYPES: ReadonlySet<string> = new Set(ORDER_EVENTS.map(({ type }) => type));
const DECISION_TYPES: ReadonlySet<string> = new Set([riskApproved.type, riskDenied.type]);

type Envelope = EventEnvelope<OrderChanged>;

export function differencesInEvents(
  prefix: string,
  records: readonly JournalRecord[],
  events: readonly Envelope[],
): string[] {
  const written = group(records, ({ order }) => order.clientOrderId, idsOf);
  // What risk decides of a change of an order it tells by itself, under an id of its own.
  const isOfOrder = ({ type, id }: Envelope): boolean =>
    ORDER_TYPES.has(type) || (DECISION_TYPES.has(type) && id.startsWith('decision:'));
  const told = group(
    events.filter(isOfOrder),
    ({ data }) => data.order.clientOrderId,
    ({ id }) => [id],
  );
  const ids = [...new Set([...written.keys(), ...told.keys()])].filter((id) => id.startsWith(prefix));
  const claims = records.filter(
    ({ type, order }) => type === 'INTENT' && order.clientOrderId.startsWith(prefix),
  );
  return [
    ...claims.flatMap(({ order, decision }) =>
      decision === undefined ? [`${order.clientOrderId}: its intent carries no decision`] : [],
    ),
    ...ids.flatMap((id) => {
      // A decision that a withdrawn order's last record repeats is one event.
      const [here, there] = [[...new Set(written.get(id))], told.get(id) ?? []];
      return here.join() === there.join()
        ? []
        : [`${id}: the journal tells ${here.join(' ')}; the events are ${there.join(' ')}`];
    }),
  ];
}

function idsOf({ announcement, decision }: JournalRecord): string[] {
  if (!announcement) return [];
  const { decisionId } = JSON.parse(decision ?? '{}') as { readonly decisionId?: string };
  return [
    ...(decisionId === undefined ? [] : [`decision:${decisionId}`]),
    ...(ORDER_TYPES.has(announcement.type) ? [announcement.id] : []),
  ];
}

function group<Thing>(
  things: readonly Thing[],
  keyOf: (thing: Thing) => string,
  namesOf: (thing: Thing) => readonly string[],
): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const thing of things) {
    const names = groups.get(keyOf(thing)) ?? [];
    groups.set(keyOf(thing), names);
    names.push(...namesOf(thing));
  }
  return groups;
}
