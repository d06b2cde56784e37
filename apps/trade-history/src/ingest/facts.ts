/**
 * What an event means for the tables: orders, fills and decisions, checked strictly. An event of a kind that is not
 * listed means nothing for them and is only recorded; one that is listed and cannot be read is a dead letter.
 */
import {
  EventEnvelope,
  Fill,
  ORDER_EVENTS,
  OrderView,
  PROOF_KINDS,
  RiskDecided,
  ProofRecorded,
  externalFillSeen,
  orderFilled,
  orderReleased,
  proofRecorded,
  riskApproved,
  riskDenied,
} from '@elvis/contracts';
import {
  ASSET_PATTERN,
  CLIENT_ORDER_ID_PATTERN,
  MARKETS,
  ORDER_SIDES,
  ORDER_STATUSES,
  ORDER_TYPES,
  SYMBOL_PATTERN,
} from '@elvis/trading';

import { BacktestFact, backtestFact, isBacktestEvent } from './backtest-facts';
import { TradeRow } from '../results/trade-rows';
import { Check, UUID, Wire, ZERO_DECIMAL, isTime, record } from './check';

export interface OrderFact {
  readonly order: OrderView;
  /** Of two facts about one order the higher revision is the newer. */
  readonly revision: number;
  /** It was never sent and is no order any more. */
  readonly isReleased: boolean;
}

export interface Facts {
  readonly order?: OrderFact;
  readonly trade?: TradeRow;
  readonly decision?: RiskDecided;
  readonly backtest?: BacktestFact;
  readonly proof?: ProofRecorded;
}

export type ReadFacts = { readonly facts: Facts } | { readonly problem: string };

const ORDER_EVENT_TYPES: ReadonlySet<string> = new Set(ORDER_EVENTS.map(({ type }) => type));
const DECISION_EVENT_TYPES: ReadonlySet<string> = new Set([riskApproved, riskDenied].map(({ type }) => type));

export function readFacts({ id, type, time, data }: EventEnvelope): ReadFacts {
  const check = new Check();
  check.that(id.length > 0 && id.length <= 200, 'id');
  check.that(isTime(Date.parse(time)), 'time');
  const facts = factsOf(type, data, check);
  return check.problems.length > 0 ? { problem: `unreadable: ${check.problems.join(', ')}` } : { facts };
}

function factsOf(type: string, data: unknown, check: Check): Facts {
  if (ORDER_EVENT_TYPES.has(type)) return orderFacts(type, data, check);
  if (DECISION_EVENT_TYPES.has(type)) return decisionFacts(data, check);
  if (isBacktestEvent(type)) return { backtest: backtestFact(type, data, check) };
  if (type === proofRecorded.type) return { proof: proofOf(data, check) };
  return type === externalFillSeen.type ? externalFacts(data, check) : {};
}

function proofOf(data: unknown, check: Check): ProofRecorded {
  const wire = record(data, 'data', check);
  check.matches(wire.proofId, UUID, 'proofId');
  check.oneOf(wire.kind, PROOF_KINDS, 'kind');
  for (const name of ['build', 'mode']) check.text(wire[name], name);
  for (const name of ['startedAtMs', 'endedAtMs']) check.that(isTime(wire[name]), name);
  const counts = Object.values(record(wire.counts, 'counts', check));
  check.that(counts.every(Number.isFinite), 'counts');
  check.that(Array.isArray(wire.broken) && wire.broken.every((each) => typeof each === 'string'), 'broken');
  return data as ProofRecorded;
}

/** Names that the exchange gives to orders of its own, by which it liquidates or deleverages a position. */
const FORCED = /^(autoclose-|adl_autoclose)/;

/** A fill that no order of Elvis made; one that was read back from the exchange may name no client order id. */
function externalFacts(data: unknown, check: Check): Facts {
  const fill = record(record(data, 'data', check).fill, 'fill', check);
  const { clientOrderId = '' } = fill;
  check.matches(clientOrderId, /^[\x20-\x7e]{0,64}$/, 'fill.clientOrderId');
  checkTraded(fill, check);
  const isForced = typeof clientOrderId === 'string' && FORCED.test(clientOrderId);
  return {
    trade: {
      fill: { ...fill, clientOrderId } as unknown as Fill,
      origin: isForced ? 'liquidation' : 'external',
    },
  };
}

function orderFacts(type: string, data: unknown, check: Check): Facts {
  const { order, revision, fill } = record(data, 'data', check);
  checkOrder(order, 'order', check);
  check.that(Number.isSafeInteger(revision), 'revision');
  if (type === orderFilled.type) checkFill(fill, check);
  return {
    order: {
      order: order as OrderView,
      revision: revision as number,
      isReleased: type === orderReleased.type,
    },
    ...(type === orderFilled.type && { trade: { fill: fill as Fill, origin: 'elvis' } }),
  };
}

function decisionFacts(data: unknown, check: Check): Facts {
  const decision = record(data, 'data', check);
  check.matches(decision.decisionId, UUID, 'decisionId');
  check.text(decision.actor, 'actor');
  check.that(decision.verdict === 'APPROVED' || decision.verdict === 'DENIED', 'verdict');
  check.that(isTime(decision.decidedAtMs), 'decidedAtMs');
  record(decision.inputs, 'inputs', check);
  const order = record(decision.order, 'order', check);
  check.matches(order.clientOrderId, CLIENT_ORDER_ID_PATTERN, 'order.clientOrderId');
  check.oneOf(order.market, MARKETS, 'order.market');
  check.matches(order.symbol, SYMBOL_PATTERN, 'order.symbol');
  check.optional(order.botConfigId, (id) => check.matches(id, UUID, 'order.botConfigId'));
  const { deniedOrder, revision } = decision;
  if (deniedOrder === undefined || deniedOrder === null) {
    return { decision: decision as unknown as RiskDecided };
  }
  checkOrder(deniedOrder, 'deniedOrder', check);
  check.that(Number.isSafeInteger(revision), 'revision');
  return {
    decision: decision as unknown as RiskDecided,
    order: { order: deniedOrder as OrderView, revision: revision as number, isReleased: false },
  };
}

function checkOrder(value: unknown, name: string, check: Check): void {
  const order = record(value, name, check);
  check.matches(order.clientOrderId, CLIENT_ORDER_ID_PATTERN, `${name}.clientOrderId`);
  check.oneOf(order.market, MARKETS, `${name}.market`);
  check.matches(order.symbol, SYMBOL_PATTERN, `${name}.symbol`);
  check.oneOf(order.side, ORDER_SIDES, `${name}.side`);
  check.oneOf(order.type, ORDER_TYPES, `${name}.type`);
  check.oneOf(order.status, ORDER_STATUSES, `${name}.status`);
  for (const field of ['quantity', 'filledQuantity']) check.decimal(order[field], `${name}.${field}`);
  for (const field of ['price', 'stopPrice', 'callbackRate', 'averagePrice']) {
    check.optional(order[field], (decimal) => check.decimal(decimal, `${name}.${field}`));
  }
  check.optional(order.botConfigId, (id) => check.matches(id, UUID, `${name}.botConfigId`));
  check.text(order.decisionId, `${name}.decisionId`);
  check.text(order.actor, `${name}.actor`);
  for (const field of ['createdAtMs', 'updatedAtMs']) check.that(isTime(order[field]), `${name}.${field}`);
}

function checkFill(value: unknown, check: Check): void {
  const fill = record(value, 'fill', check);
  check.matches(fill.clientOrderId, CLIENT_ORDER_ID_PATTERN, 'fill.clientOrderId');
  checkTraded(fill, check);
}

function checkTraded(fill: Wire, check: Check): void {
  check.matches(fill.tradeId, /^[A-Za-z0-9_-]{1,64}$/, 'fill.tradeId');
  check.oneOf(fill.market, MARKETS, 'fill.market');
  check.matches(fill.symbol, SYMBOL_PATTERN, 'fill.symbol');
  check.text(fill.exchangeOrderId, 'fill.exchangeOrderId');
  check.oneOf(fill.side, ORDER_SIDES, 'fill.side');
  for (const field of ['price', 'quantity', 'quoteQuantity', 'fee', 'realizedPnl']) {
    check.decimal(fill[field], `fill.${field}`);
  }
  // Where the exchange took no fee it may name no asset.
  if (fill.feeAsset !== '' || !ZERO_DECIMAL.test(`${fill.fee as string}`))
    check.matches(fill.feeAsset, ASSET_PATTERN, 'fill.feeAsset');
  for (const asset of ['baseAsset', 'quoteAsset'])
    check.optional(fill[asset], (name) => check.matches(name, ASSET_PATTERN, `fill.${asset}`));
  check.that(typeof fill.isMaker === 'boolean', 'fill.isMaker');
  check.that(isTime(fill.tradedAtMs), 'fill.tradedAtMs');
  check.optional(fill.botConfigId, (id) => check.matches(id, UUID, 'fill.botConfigId'));
}
