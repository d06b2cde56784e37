/** Backtests over REST. */
import { RESEARCH_KINDS, RESEARCH_STATUSES } from '@elvis/contracts';
import { CANDLE_INTERVALS } from '@elvis/trading';
import { decimal, orderFields, symbol, text, uuid } from '../schema-parts';
import { Field, Json, many, mapOf, oneOf, ref, shape, strict } from '../shape';

const anything: Json = { type: 'object', additionalProperties: true };
const time: Json = { type: 'string', description: 'ISO 8601, a whole minute.' };
const options: Readonly<Record<string, Field>> = {
  strategy: text('A name of `GET /api/v1/strategies`.'),
  data: {
    type: 'string',
    default: 'generated',
    description: '`store`, `generated:DAYS:SEED` or a shipped data set, as docs/backtest.md lists them.',
  },
  symbol: { ...symbol, default: 'BTCUSDT', description: 'Of the store.' },
  market: orderFields.market,
  from: {
    ...time,
    description: `${String(time.description)} Of the store; seven days before \`to\` if absent.`,
  },
  to: { ...time, description: `${String(time.description)} Exclusive; now if absent.` },
  interval: { ...oneOf(CANDLE_INTERVALS), default: '1m' },
  capital: { ...decimal('In the quote asset.'), default: '10000' },
  leverage: { type: 'integer', minimum: 1, maximum: 125, default: 1 },
  seed: { type: 'integer', default: 1 },
  parameters: { ...anything, description: 'By the names that the strategy declares.' },
};
const optional = Object.keys(options).filter((name) => name !== 'strategy');
const progress: Json = shape({
  id: uuid,
  kind: oneOf(RESEARCH_KINDS),
  status: oneOf(RESEARCH_STATUSES),
  unitsDone: 'whole',
  units: { type: 'integer', description: '0 until its candles were read.' },
  problem: 'text?',
  asOf: 'time',
});

export const backtestSchemas: Readonly<Record<string, Json>> = {
  NewBacktest: strict(shape(options, optional)),
  NewWalkForward: strict(
    shape({ ...options, parts: { type: 'integer', minimum: 2, maximum: 20, default: 5 } }, [
      ...optional,
      'parts',
    ]),
  ),
  NewGrid: strict(
    shape({ ...options, grid: { ...mapOf(many('text')), description: 'Values by parameter.' } }, optional),
  ),
  BacktestProgress: progress,
  Backtest: shape({
    id: uuid,
    strategy: 'text',
    version: 'whole',
    series: text('Strategy, symbol and interval, under which trials are counted.'),
    parameters: anything,
    seed: 'whole',
    status: oneOf(RESEARCH_STATUSES),
    problem: 'text?',
    metrics: {
      oneOf: [anything, { type: 'null' }],
      description: 'Each `{value, low?, high?, why?}`; a value that cannot be said is null, with the reason.',
    },
    trials: { type: 'integer', description: 'That it added to its series.' },
    trialsOfSeries: { type: 'integer', description: 'By now, those of deleted backtests included.' },
    codeHash: 'text',
    dataHash: 'text',
    rulesHash: 'text',
    buildHash: 'text',
    reportHash: 'text?',
    createdAt: 'time',
    endedAt: 'time?',
    progress: {
      oneOf: [ref('BacktestProgress'), { type: 'null' }],
      description: 'Null in lists once it has ended, and where no job ran it.',
    },
  }),
  DeletedBacktest: shape({ id: uuid }),
  BacktestEquity: shape({ items: many(shape({ time: 'time', equity: 'ratio' })) }),
};
