/** What the documentation of several figures shares. */
import { LEFT_OUT, RATIO_REASONS, RESULT_REASONS } from '@elvis/contracts';
import { MARKETS } from '@elvis/trading';
import { Describe, OperationText } from '../openapi/describe';
import { queryParameter } from '../openapi/parameters';
import { symbol, uuid } from '../openapi/schema-parts';
import { Field, Json, many, oneOf, shape } from '../openapi/shape';

export const range = [
  queryParameter('from', { type: 'string' }, 'ISO 8601, inclusive.'),
  queryParameter('to', { type: 'string' }, 'ISO 8601, exclusive.'),
];
export const scope = [
  queryParameter('market', oneOf(MARKETS), 'Only this market.'),
  queryParameter('symbol', symbol, 'Only this symbol.'),
  queryParameter('botConfigId', uuid, 'Only this bot.'),
  ...range,
];
const reason = (words: readonly string[]): Json => ({
  type: ['string', 'null'],
  enum: [...words, null],
  description: 'Why there is no figure; null where there is one.',
});
const ratioReason = reason(RATIO_REASONS);
const resultReason = reason(RESULT_REASONS);

const incomplete = many(shape({ what: oneOf(LEFT_OUT), asset: 'text?', amount: 'signed?' }));

export const pnl: Readonly<Record<string, Field>> = {
  realized: 'signed',
  fees: 'signed',
  funding: 'signed?',
  other: 'signed?',
  net: 'signed',
  unrealized: 'signed?',
  unrealizedAt: 'time?',
  trades: 'whole',
  volume: 'signed',
  incomplete,
};
export const stats: Readonly<Record<string, Field>> = {
  results: 'whole',
  wins: 'whole',
  losses: 'whole',
  winRate: 'ratio?',
  winRateReason: resultReason,
  profitFactor: 'ratio?',
  profitFactorReason: resultReason,
  averageResult: 'signed?',
  averageResultReason: resultReason,
  largestWin: 'signed?',
  largestLoss: 'signed?',
  netPnl: 'signed',
  sharpe: 'ratio?',
  sortino: 'ratio?',
  sharpeReason: ratioReason,
  sortinoReason: ratioReason,
  tradedDays: 'whole',
  maxDrawdown: 'signed',
  incomplete,
};
export const slice = (fields: Readonly<Record<string, Field>>): Json =>
  many(shape({ ...fields, trades: 'whole', volume: 'signed', realized: 'signed' }));

/** Documents a figure. */
export const Figure = (
  id: string,
  summary: string,
  schema: Json,
  parameters: NonNullable<OperationText['parameters']>,
): MethodDecorator =>
  Describe({
    id,
    summary,
    description: 'Formulas and worked examples are in docs/figures.md.',
    parameters,
    answers: { 200: { description: 'Calculated from the fills.', schema } },
  });
