/**
 * Every write of an order's life, of every service, and the words on the wire by which it is known: whoever says them is
 * killed, before they are heard or after.
 */
import {
  EVENT_RELAY_CONSUMER,
  EVENT_STREAM,
  JOURNAL_STREAM,
  OPEN_ORDERS_BUCKET,
  OPEN_ORDERS_KEY,
  TRADE_HISTORY_CONSUMER,
  journalSubject,
  placeAmendment,
  placeOrder,
  requestAudited,
  submitOrder,
} from '@elvis/contracts';
import { WiredServer } from '@elvis/testing';

/**
 * `withdrawn`: execution refuses it before its claim. `released`: the send script refuses it. `denied`: risk does.
 * `resting`: it stays in the book. `canceled`: it was there, and what the run is about is its cancel;
 * `amended`: its change to a larger one.
 */
export type FlowName = 'filled' | 'resting' | 'canceled' | 'amended' | 'withdrawn' | 'released' | 'denied';

interface Write {
  readonly service: 'gateway' | 'risk' | 'execution' | 'trade-history';
  readonly name: string;
  /** What happens to the order whose write it is. */
  readonly flow: FlowName;
  readonly wire: WiredServer;
  /** The killed service is the caller: it says the words, or hears them. */
  readonly from: 'caller' | 'server';
  readonly words: (clientOrderId: string) => RegExp;
}

export interface PlantedStop extends Write {
  readonly when: 'before' | 'after';
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
const said = (subject: string): RegExp => new RegExp(`PUB ${escaped(subject)}`);
const saidOf =
  (subject: string) =>
  (id: string): RegExp =>
    new RegExp(`PUB ${escaped(subject)} [\\s\\S]*${escaped(id)}`);
/** A record of this type under the order's subject; its first words. */
const recordOf =
  (type: string, status = '') =>
  (id: string): RegExp =>
    new RegExp(`PUB ${escaped(journalSubject(id))} [\\s\\S]{0,400}"type":"${type}"[\\s\\S]*${status}`);
/** An answer comes to an inbox, an event under its own name. */
const answerTo = (id: string): RegExp =>
  new RegExp(`MSG (?!elvis\\.)[^\\r\\n]*\\r\\n[^\\r\\n]*${escaped(id)}`);
/** A script is given one JSON text, or words one by one. */
const given =
  (name: string) =>
  (id: string): RegExp =>
    new RegExp(`"${name}":"r:${escaped(id)}"`);
/** The script that follows a record, once the order is for so much. */
const followed =
  (quantity: string) =>
  (id: string): RegExp =>
    new RegExp(`"field":"r:${escaped(id)}"[\\s\\S]*"terms":\\{"quantity":"${escaped(quantity)}"`);
const word =
  (prefix: string) =>
  (id: string): RegExp =>
    new RegExp(`\\r\\n${prefix}${escaped(id)}\\r\\n`);

const ofOrder = (service: Write['service'], wire: WiredServer, flow: FlowName) =>
  ({ service, wire, flow, from: 'caller' }) as const;
const execution = ofOrder('execution', 'nats', 'filled');
const risk = ofOrder('risk', 'nats', 'filled');

const WRITES: readonly Write[] = [
  { ...ofOrder('gateway', 'nats', 'filled'), name: 'asking risk', words: saidOf(submitOrder.subject) },
  { ...ofOrder('gateway', 'nats', 'filled'), from: 'server', name: "risk's answer", words: answerTo },
  { ...ofOrder('gateway', 'nats', 'filled'), name: 'the audit record', words: saidOf(requestAudited.type) },

  { ...ofOrder('risk', 'redis', 'filled'), name: 'the reservation', words: given('field') },
  { ...risk, name: 'asking execution', words: saidOf(placeOrder.subject) },
  { ...risk, from: 'server', name: "execution's answer", words: answerTo },
  { ...risk, flow: 'withdrawn', name: 'VOID', words: recordOf('VOID') },
  { ...ofOrder('risk', 'redis', 'withdrawn'), name: 'the return after VOID', words: word('r:') },
  { ...ofOrder('risk', 'redis', 'released'), name: 'the return after a release', words: word('r:') },
  { ...risk, flow: 'denied', name: 'DENIED', words: recordOf('DENIED') },

  { ...execution, name: 'the claim', words: recordOf('INTENT') },
  { ...ofOrder('execution', 'redis', 'filled'), name: 'the send script', words: given('reservation') },
  { ...execution, name: 'the outcome', words: recordOf('OUTCOME') },
  { ...execution, name: 'the outcome with the fill', words: recordOf('OUTCOME', '"status":"FILLED"') },
  { ...ofOrder('execution', 'redis', 'filled'), name: 'the booking of the fill', words: given('field') },
  {
    ...ofOrder('execution', 'redis', 'filled'),
    name: 'the end of the grant',
    words: () => /HDEL\r\n\$\d+\r\nELVIS_GRANTS\r\n/i,
  },
  { ...execution, flow: 'released', name: 'RELEASED', words: recordOf('RELEASED') },
  { ...ofOrder('execution', 'redis', 'released'), name: 'the end of a release', words: given('field') },
  { ...execution, flow: 'canceled', name: 'the outcome of a cancel', words: recordOf('OUTCOME', 'CANCELED') },
  { ...ofOrder('execution', 'redis', 'canceled'), name: 'the end of a cancel', words: given('field') },
  { ...execution, name: 'the decision', words: saidOf('elvis.event.risk.approved') },
  {
    ...execution,
    flow: 'withdrawn',
    name: 'the decision in VOID',
    words: saidOf('elvis.event.risk.approved'),
  },
  { ...execution, flow: 'denied', name: 'the denial', words: saidOf('elvis.event.risk.denied') },
  { ...execution, name: 'the event of the claim', words: saidOf('elvis.event.order.claimed') },
  { ...execution, name: 'the event of the fill', words: saidOf('elvis.event.order.filled') },
  {
    ...execution,
    name: "the relay's acknowledgement",
    words: () => said(`$JS.ACK.${JOURNAL_STREAM}.${EVENT_RELAY_CONSUMER}`),
  },
  {
    ...execution,
    name: 'the checkpoint',
    words: () => said(`$KV.${OPEN_ORDERS_BUCKET}.${OPEN_ORDERS_KEY}`),
  },
  {
    ...execution,
    flow: 'resting',
    name: 'the checkpoint of an open order',
    words: () => said(`$KV.${OPEN_ORDERS_BUCKET}.${OPEN_ORDERS_KEY}`),
  },

  { ...ofOrder('risk', 'redis', 'amended'), name: 'the larger reservation', words: given('field') },
  { ...risk, flow: 'amended', name: 'asking execution for a change', words: saidOf(placeAmendment.subject) },
  {
    ...execution,
    flow: 'amended',
    name: 'the record of a change',
    words: recordOf('OUTCOME', '"amendment":'),
  },
  { ...ofOrder('execution', 'redis', 'amended'), name: 'the reservation of a change', words: given('field') },
  {
    ...execution,
    flow: 'amended',
    name: 'the outcome of a change',
    words: recordOf('OUTCOME', '"view":\\{[^}]*"quantity":"0.008"'),
  },
  { ...ofOrder('execution', 'redis', 'amended'), name: 'the end of a change', words: followed('0.008') },

  { ...ofOrder('trade-history', 'postgres', 'filled'), name: 'the commit', words: () => /COMMIT\0/ },
  {
    ...ofOrder('trade-history', 'nats', 'filled'),
    name: 'the acknowledgement',
    words: () => said(`$JS.ACK.${EVENT_STREAM}.${TRADE_HISTORY_CONSUMER}`),
  },
];

/** In the order that the seeds' numbers refer to. */
export const PLANTED_STOPS: readonly PlantedStop[] = WRITES.flatMap((write) =>
  (['before', 'after'] as const).map((when) => ({ ...write, when })),
);

export const nameOf = ({ service, when, name }: PlantedStop): string => `${service} killed ${when} ${name}`;
