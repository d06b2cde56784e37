/** Bots over REST. */
import {
  BOT_MODES,
  BOT_PAUSE_CAUSES,
  BOT_STATES,
  BOT_STOP_MODES,
  SIGNAL_ACTIONS,
  STEP_CAUSES,
  WORK_QUEUES,
} from '@elvis/contracts';
import { CANDLE_INTERVALS } from '@elvis/trading';
import { decimal, orderFields, symbol, text, uuid } from '../schema-parts';
import { Field, Json, many, mapOf, oneOf, ref, shape, strict } from '../shape';

const anything: Json = { type: 'object', additionalProperties: true };
const nullOr = (schema: Json): Json => ({ oneOf: [schema, { type: 'null' }] });
const fraction: Json = {
  type: 'string',
  description: 'A fraction of the entry price such as "0.02", or "off".',
};
const whole = (minimum: number): Json => ({ type: 'integer', minimum });

const protections = strict(
  shape({ stopLoss: fraction, takeProfit: fraction, trailingStop: fraction, maxHoldMs: whole(0) }, [
    'stopLoss',
    'takeProfit',
    'trailingStop',
    'maxHoldMs',
  ]),
);
const limits: Readonly<Record<string, Field>> = {
  maxDailyLoss: decimal('Of a UTC day, net of fees and funding.'),
  dailyTarget: decimal('Of a UTC day.'),
  maxDailyTrades: whole(1),
  maxDrawdown: decimal('Of the run.'),
  maxPosition: decimal('Notional.'),
  maxOpenOrders: whole(1),
  maxOrdersPerMinute: whole(1),
  lossStreak: strict(shape({ losses: whole(2), restMs: whole(1_000) })),
  cooldownMs: whole(1_000),
  maxLateSteps: whole(1),
};

const bodyFields: Readonly<Record<string, Field>> = {
  name: { type: 'string', minLength: 1, maxLength: 100 },
  strategy: text('A name of `GET /api/v1/strategies`.'),
  market: orderFields.market,
  symbol,
  interval: { ...oneOf(CANDLE_INTERVALS), default: '1m' },
  initialCapital: decimal('In the quote asset.'),
  parameters: { ...anything, description: 'By the names that the strategy declares.' },
  protections,
  limits: strict(shape(limits, Object.keys(limits))),
  leverage: { type: 'integer', minimum: 1, maximum: 125, default: 1 },
  mode: { ...oneOf(BOT_MODES), default: 'paper' },
};
const optional = ['market', 'interval', 'parameters', 'protections', 'limits', 'leverage', 'mode'];

const step: Readonly<Record<string, Field>> = {
  botConfigId: uuid,
  run: 'whole',
  step: 'whole',
  cause: text(`One of ${STEP_CAUSES.join(', ')}.`),
  candleOpenTime: 'time?',
  at: 'time',
  reasons: many('text'),
  orders: many('text'),
  tookMs: 'whole',
  lateMs: 'whole',
  isLate: { type: 'boolean', description: 'It came after `decideBy` and could only reduce.' },
  failure: 'text?',
};
const steered = shape({ state: oneOf(BOT_STATES) });
const remainder = nullOr(anything);

export const botSchemas: Readonly<Record<string, Json>> = {
  Strategy: shape({
    name: 'text',
    version: 'whole',
    summary: 'text',
    codeHash: 'text',
    takesSignals: 'flag',
    parameters: mapOf(anything),
  }),
  NewBotConfig: strict(shape(bodyFields, optional)),
  ChangedBotConfig: strict(shape({ ...bodyFields, revision: whole(1) }, optional)),
  BotConfig: shape({
    ...bodyFields,
    id: uuid,
    owner: 'text',
    shortCode: text('Stands in the ids of its orders.'),
    revision: 'whole',
    codeHash: 'text',
    hasSignalSecret: 'flag',
    createdAt: 'time',
    updatedAt: 'time',
    deletedAt: 'time?',
  }),
  BotConfigRevision: shape({ revision: 'whole', body: anything, actor: 'text', createdAt: 'time' }),
  SignalSecret: shape({
    botConfigId: uuid,
    secret: text('Shown only in this answer.'),
    path: text('Where signals are sent to.'),
    alert: text('What to paste into the message of a TradingView alert.'),
  }),
  BotStart: strict(shape({ revision: whole(1) }, ['revision'])),
  BotStop: strict(
    shape(
      {
        mode: { ...oneOf(BOT_STOP_MODES), default: 'cancel' },
        reason: { type: 'string', minLength: 1, maxLength: 500 },
      },
      ['mode'],
    ),
  ),
  BotReason: strict(shape({ reason: { type: 'string', minLength: 1, maxLength: 500 } })),
  BotResume: strict(shape({ reason: { type: 'string', maxLength: 500 } }, ['reason'])),
  BotAcknowledgement: strict(shape({ note: { type: 'string', minLength: 1, maxLength: 500 } })),
  BotRun: shape({ runId: uuid, run: 'whole', state: oneOf(BOT_STATES) }),
  BotStopping: shape({ stopId: 'text', state: oneOf(BOT_STATES) }),
  BotSteered: steered,
  BotState: shape({
    botConfigId: uuid,
    owner: 'text',
    name: 'text',
    market: orderFields.market,
    symbol,
    strategy: 'text',
    status: oneOf(BOT_STATES),
    causes: many(oneOf(BOT_PAUSE_CAUSES)),
    reason: 'text',
    runId: 'text?',
    run: 'whole',
    revision: 'whole',
    inPosition: 'flag',
    quantity: 'signed',
    entryPrice: 'text?',
    stopLossPrice: 'text?',
    takeProfitPrice: 'text?',
    trailingStopPrice: 'text?',
    maxPriceSinceEntry: 'text?',
    protections: many(anything),
    unprotectedSince: 'time?',
    day: 'text',
    dailyPnl: 'signed',
    dailyTrades: 'whole',
    unpricedFees: 'whole',
    limits: many(shape({ name: 'text', maximum: 'text', used: 'text' })),
    openOrders: many('text'),
    lastStep: nullOr(
      shape({ run: 'whole', step: 'whole', cause: 'text', at: 'time', reasons: many('text') }),
    ),
    lastRunAt: 'time?',
    lastError: 'text?',
    fault: nullOr(anything),
    stopId: 'text?',
    remainder,
    asOf: 'time',
    ageMs: 'whole',
  }),
  StoredBotState: shape({
    run: 'whole',
    state: oneOf(BOT_STATES),
    causes: many('text'),
    reason: 'text',
    actor: 'text',
    at: 'time',
  }),
  StoredBotRun: shape({
    runId: uuid,
    run: 'whole',
    revision: 'whole',
    codeHash: 'text',
    build: 'text',
    startedAt: 'time',
    startedBy: 'text',
    stoppedAt: 'time?',
    stoppedBy: 'text?',
    stopMode: 'text?',
    remainder,
  }),
  BotStep: shape(step),
  BotStepWhole: shape({
    ...step,
    causeId: 'text',
    candle: nullOr(anything),
    signal: nullOr(anything),
    decideBy: 'time',
    inputs: { ...anything, description: 'As the strategy was given them; `inputsHash` is over these.' },
    inputsHash: 'text',
    intents: many(anything),
    answers: many(anything),
    effects: many(
      shape({
        clientOrderId: 'text',
        decisionId: 'text?',
        verdict: 'text?',
        order: nullOr(ref('Order')),
        fills: many(ref('Trade')),
        auditSeqs: many('whole'),
      }),
    ),
  }),
  BotParity: shape({
    run: 'whole',
    runId: uuid,
    isSameCode: 'flag',
    from: 'time',
    to: 'time',
    steps: 'whole',
    counts: mapOf('whole'),
    differences: many(
      shape({
        openTime: 'time',
        step: nullOr(whole(1)),
        class: oneOf(['MISSED_STEP', 'DIFFERENT_DECISION', 'DENIED', 'DIFFERENT_FILL']),
        input: 'text?',
        bot: 'text',
        backtest: 'text',
        follows: 'flag',
      }),
    ),
    leftOut: 'whole',
  }),
  Work: shape({
    queues: many(
      shape({
        queue: oneOf(WORK_QUEUES),
        depth: 'whole',
        held: 'whole',
        oldestMs: { type: ['number', 'null'] },
        workers: 'whole',
        waitP95Ms: { type: ['number', 'null'] },
        redelivered: 'whole',
        asOf: 'time',
      }),
    ),
  }),
  Signal: strict(
    shape(
      {
        secret: { type: 'string', minLength: 20, maxLength: 100 },
        id: { type: 'string', pattern: '^[A-Za-z0-9._:/-]{1,100}$' },
        action: { type: 'string', description: `${SIGNAL_ACTIONS.join(', ')} or FLAT, in any case.` },
        confidence: { type: ['string', 'number'], description: 'From 0 to 1.' },
        model: { type: 'string', maxLength: 100, description: 'Name or hash of the model.' },
        features: { type: 'string', maxLength: 100, description: 'Hash of the features it decided by.' },
        note: { type: 'string', maxLength: 500 },
        time: 'time',
      },
      ['confidence', 'model', 'features', 'note', 'time'],
    ),
  ),
  SignalTaken: shape({ run: 'whole', step: 'whole', isRepeat: 'flag' }),
};
