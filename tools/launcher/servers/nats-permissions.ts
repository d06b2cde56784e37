/**
 * Who may say what to whom on NATS: the one table behind the private server, docker-compose and Kubernetes.
 *
 * Everything not listed is refused. The corridor stands here a second time, after the code: only risk may publish
 * `elvis.command.execution.place-order`. Streams and consumers are made by `provision` alone, because anyone who may
 * create a consumer may let it deliver to a command subject. Replies go to the inboxes of those who may ask, never to
 * an address of the asker's choice, so nobody can make another service speak for him.
 */
import {
  AUDITOR_CONSUMER,
  BOTS_CANDLES_CONSUMER,
  BOTS_FACTS_CONSUMER,
  BOTS_JOURNAL_CONSUMER,
  BOT_EVENTS,
  BOT_JOURNAL_SUBJECTS,
  BOT_STREAM,
  BOT_WORKERS_CONSUMER,
  CANDLE_STREAM,
  CANDLE_SUBJECTS,
  CAPTURE_SUBJECTS,
  DEAD_LETTER_SUBJECT,
  EVENT_RELAY_CONSUMER,
  EVENT_STREAM,
  EVENT_SUBJECTS,
  HALTS_BUCKET,
  HISTORY_BOTS_CONSUMER,
  HISTORY_CANDLES_CONSUMER,
  JOURNAL_STREAM,
  JOURNAL_SUBJECTS,
  LIMITS_BUCKET,
  OPEN_ORDERS_BUCKET,
  RESEARCH_STREAM,
  RESEARCH_SUBJECTS,
  RESEARCH_WORKERS_CONSUMER,
  SYMBOL_LEASES_BUCKET,
  RELAY_SUBJECTS,
  TRADE_HISTORY_CONSUMER,
  WORK_STREAM,
  WORK_SUBJECTS,
  alertAcknowledged,
  alertFeed,
  amendBotOrder,
  amendFrontOrder,
  botConfigChanged,
  botStateFeed,
  botStepFeed,
  interestFeed,
  orderBookFeed,
  relayInterestFeed,
  cancelAllOrders,
  cancelOrder,
  compareCandles,
  getStopStatus,
  listSymbolLeases,
  requestStop,
  researchFeed,
  riskApproved,
  riskDenied,
  setFrontLeverage,
  startCapture,
  submitBotOrder,
  submitFrontOrder,
  submitFrontOrders,
  tryFrontOrder,
  useFrontKey,
  submitOrderList,
  workFeed,
} from '@elvis/contracts';

export const NATS_USERS = [
  'gateway',
  'risk',
  'execution',
  'trade-history',
  'market-data',
  'bots',
  'binance-gateway',
  'provision',
  'auditor',
  'operator',
] as const;
export type NatsUser = (typeof NATS_USERS)[number];

export interface Permissions {
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
}

/** Requests: who may ask. The owner is the third word of the subject; research is the bots service's. */
const CALLERS: readonly (readonly [subject: string, callers: readonly NatsUser[]])[] = [
  ['elvis.command.risk.*', ['gateway']],
  [submitBotOrder.subject, ['bots']],
  ...[
    submitFrontOrder,
    submitFrontOrders,
    tryFrontOrder,
    amendFrontOrder,
    setFrontLeverage,
    listSymbolLeases,
  ].map(({ subject }) => [subject, ['binance-gateway']] as const),
  [amendBotOrder.subject, ['bots']],
  [submitOrderList.subject, ['bots']],
  [requestStop.subject, ['operator', 'execution']],
  ['elvis.query.risk.>', ['gateway', 'execution', 'bots', 'trade-history']],
  [getStopStatus.subject, ['operator']],
  ['elvis.command.execution.>', ['risk']],
  [cancelOrder.subject, ['gateway', 'bots', 'binance-gateway']],
  [cancelAllOrders.subject, ['gateway', 'bots']],
  ['elvis.query.execution.>', ['gateway', 'risk', 'market-data', 'trade-history', 'bots', 'binance-gateway']],
  ['elvis.query.trade-history.>', ['gateway', 'risk', 'bots', 'binance-gateway']],
  ['elvis.command.trade-history.>', ['gateway']],
  [useFrontKey.subject, ['binance-gateway']],
  [compareCandles.subject, ['operator']],
  ['elvis.query.market-data.>', ['gateway', 'risk', 'bots', 'binance-gateway']],
  ['elvis.command.bots.>', ['gateway']],
  ['elvis.query.bots.>', ['gateway', 'trade-history']],
  ['elvis.command.research.>', ['gateway', 'operator']],
  [startCapture.subject, ['operator']],
];

/** Facts: who may state them. What risk has decided execution publishes, from the journal's record of it. */
const EVENT_SOURCES: Readonly<Partial<Record<NatsUser, readonly string[]>>> = {
  gateway: ['elvis.event.request.>'],
  risk: ['elvis.event.risk.>', 'elvis.event.kill-switch.>', 'elvis.event.trading-state.>'],
  execution: [
    'elvis.event.order.>',
    riskApproved.type,
    riskDenied.type,
    'elvis.event.account.>',
    'elvis.event.leverage.>',
    'elvis.event.exchange.>',
  ],
  'trade-history': [
    'elvis.event.audit.>',
    'elvis.event.candles.>',
    alertAcknowledged.type,
    'elvis.event.clearance.>',
    botConfigChanged.type,
    DEAD_LETTER_SUBJECT,
  ],
  'market-data': ['elvis.event.market.>'],
  bots: [...BOT_EVENTS.map(({ type }) => type), 'elvis.event.backtest.>'],
  // Backtests, rehearsals, drills and the preflight of the command line.
  operator: ['elvis.event.backtest.>', 'elvis.event.proof.>'],
};

const EVENT_READERS: Readonly<Partial<Record<NatsUser, readonly string[]>>> = {
  gateway: [EVENT_SUBJECTS, DEAD_LETTER_SUBJECT],
  risk: [EVENT_SUBJECTS],
  execution: ['elvis.event.kill-switch.>', 'elvis.event.risk.>', 'elvis.event.trading-state.>'],
  bots: ['elvis.event.kill-switch.>', 'elvis.event.risk.>', 'elvis.event.trading-state.>'],
  'binance-gateway': ['elvis.event.order.>'],
  auditor: [EVENT_SUBJECTS, DEAD_LETTER_SUBJECT],
};

const MARKET_SUBJECTS = orderBookFeed.prefix.replace(/\.[^.]+$/, '.>');
const MARKET_READERS: readonly NatsUser[] = ['gateway', 'risk', 'execution', 'trade-history', 'bots'];
/** Who may say that it wants a feed; market-data listens. */
const INTEREST_SUBJECTS = `${interestFeed.prefix}.>`;
const INTERESTED_USERS: readonly NatsUser[] = ['gateway', 'execution', 'risk', 'bots'];
/** What bots tell the gateway's pages as it happens; what is lost is in the next. */
const BOT_FEEDS = [botStateFeed, botStepFeed, researchFeed, workFeed].map(({ prefix }) => `${prefix}.>`);
/** The same of alerts, from trade-history. */
const ALERT_FEED = `${alertFeed.prefix}.>`;
/** Who may have the exchange's own messages relayed: whoever faces the exchange's own clients. */
const RELAY_INTEREST_SUBJECTS = `${relayInterestFeed.prefix}.>`;
const RELAY_READERS: readonly NatsUser[] = ['binance-gateway'];
const JOURNAL_WRITERS: readonly NatsUser[] = ['risk', 'execution'];
/** Replicas of execution tell each other whether they see Redis. */
const PRESENCE = 'elvis.presence.execution';
const HALTS_STREAM = `KV_${HALTS_BUCKET}`;
const HALTS_SUBJECTS = `$KV.${HALTS_BUCKET}.>`;
const LIMITS_STREAM = `KV_${LIMITS_BUCKET}`;
const LIMITS_SUBJECTS = `$KV.${LIMITS_BUCKET}.>`;
const OPEN_ORDERS_STREAM = `KV_${OPEN_ORDERS_BUCKET}`;
const OPEN_ORDERS_SUBJECTS = `$KV.${OPEN_ORDERS_BUCKET}.>`;
const SYMBOL_LEASES_STREAM = `KV_${SYMBOL_LEASES_BUCKET}`;
const SYMBOL_LEASES_SUBJECTS = `$KV.${SYMBOL_LEASES_BUCKET}.>`;
const HALTS_READERS: readonly NatsUser[] = ['risk', 'execution', 'gateway', 'operator', 'bots'];
type Pull = readonly [stream: string, consumer: string];
const CONSUMERS: Readonly<Partial<Record<NatsUser, readonly Pull[]>>> = {
  'trade-history': [
    [EVENT_STREAM, TRADE_HISTORY_CONSUMER],
    [CANDLE_STREAM, HISTORY_CANDLES_CONSUMER],
    [BOT_STREAM, HISTORY_BOTS_CONSUMER],
  ],
  bots: [
    [EVENT_STREAM, BOTS_FACTS_CONSUMER],
    [CANDLE_STREAM, BOTS_CANDLES_CONSUMER],
    [BOT_STREAM, BOTS_JOURNAL_CONSUMER],
    [WORK_STREAM, BOT_WORKERS_CONSUMER],
    [WORK_STREAM, RESEARCH_WORKERS_CONSUMER],
  ],
  auditor: [[EVENT_STREAM, AUDITOR_CONSUMER]],
  execution: [[JOURNAL_STREAM, EVENT_RELAY_CONSUMER]],
};
/** People's tools rarely set an inbox prefix; our services all do, so the common one carries no secrets. */
const PEOPLE: readonly NatsUser[] = ['auditor', 'operator'];

/** Everything this user may do. */
export function permissionsOf(user: NatsUser): Permissions {
  // Snapshots are flow-controlled, and restored, on subjects that the server names.
  if (user === 'provision') return { publish: ['$JS.API.>', '$JS.SNAPSHOT.>'], subscribe: inboxesOf(user) };
  const asks = CALLERS.filter(([, callers]) => callers.includes(user)).map(([subject]) => subject);
  const serves = CALLERS.filter(([subject]) => ownerOf(subject) === user);
  const askers = [...new Set(serves.flatMap(([, callers]) => callers))];
  const consumers = CONSUMERS[user] ?? [];
  return {
    publish: [
      ...asks,
      ...askers.flatMap(inboxesOf),
      ...(EVENT_SOURCES[user] ?? []),
      ...(user === 'market-data'
        ? [MARKET_SUBJECTS, CANDLE_SUBJECTS, CAPTURE_SUBJECTS, RELAY_SUBJECTS, ...readingOf(CANDLE_STREAM)]
        : []),
      ...(user === 'execution' ? [PRESENCE] : []),
      ...(user === 'trade-history' ? [ALERT_FEED, `$JS.API.STREAM.MSG.GET.${EVENT_STREAM}`] : []),
      ...(user === 'bots'
        ? [BOT_JOURNAL_SUBJECTS, WORK_SUBJECTS, ...BOT_FEEDS, ...readingOf(BOT_STREAM)]
        : []),
      ...(user === 'bots' ? [...readingOf(WORK_STREAM), ...readingOf(CANDLE_STREAM)] : []),
      // What a job has brought goes when it is written up, its report when a person deletes it.
      ...(user === 'bots'
        ? [RESEARCH_SUBJECTS, ...readingOf(RESEARCH_STREAM), `$JS.API.STREAM.PURGE.${RESEARCH_STREAM}`]
        : []),
      ...(INTERESTED_USERS.includes(user) ? [INTEREST_SUBJECTS] : []),
      ...(RELAY_READERS.includes(user) ? [RELAY_INTEREST_SUBJECTS] : []),
      '$JS.API.INFO',
      ...(JOURNAL_WRITERS.includes(user) ? [JOURNAL_SUBJECTS, ...readingOf(JOURNAL_STREAM)] : []),
      ...(user === 'risk' ? [HALTS_SUBJECTS, LIMITS_SUBJECTS, ...readingOf(LIMITS_STREAM)] : []),
      ...(user === 'risk' ? [SYMBOL_LEASES_SUBJECTS, ...readingOf(SYMBOL_LEASES_STREAM)] : []),
      ...(user === 'execution' ? [OPEN_ORDERS_SUBJECTS, ...readingOf(OPEN_ORDERS_STREAM)] : []),
      ...(HALTS_READERS.includes(user) ? readingOf(HALTS_STREAM) : []),
      ...consumers.flatMap((consumer) => pullingFrom(...consumer)),
      ...(user === 'operator'
        ? statusOf([EVENT_STREAM, JOURNAL_STREAM, OPEN_ORDERS_STREAM, WORK_STREAM])
        : []),
      ...(user === 'operator' ? readingOf(BOT_STREAM) : []),
    ],
    subscribe: [
      ...inboxesOf(user),
      ...(serves.length > 0 ? [`elvis.command.${user}.>`, `elvis.query.${user}.>`] : []),
      ...(user === 'bots' ? ['elvis.command.research.>'] : []),
      ...(user === 'gateway' ? [...BOT_FEEDS, ALERT_FEED] : []),
      ...(EVENT_READERS[user] ?? []),
      ...(user === 'execution' ? [PRESENCE] : []),
      ...(MARKET_READERS.includes(user) ? [MARKET_SUBJECTS] : []),
      ...(RELAY_READERS.includes(user) ? [RELAY_SUBJECTS] : []),
      ...(user === 'market-data' ? [INTEREST_SUBJECTS, RELAY_INTEREST_SUBJECTS] : []),
      ...(user === 'bots' ? [CANDLE_SUBJECTS] : []),
      ...(user === 'operator' ? [CAPTURE_SUBJECTS] : []),
      ...(HALTS_READERS.includes(user) ? [HALTS_SUBJECTS] : []),
    ],
  };
}

/** The environment variable that holds this user's password, for the server and for nobody else. */
export const passwordVariable = (user: NatsUser): string =>
  `NATS_${user.toUpperCase().replaceAll('-', '_')}_PASSWORD`;

/** The server's configuration; passwords come from its environment, so this text is no secret. */
/**
 * How a server stands. `private`: one on this machine, of any version. `deployed`: one that is the only one, so it writes
 * to disk before it acknowledges. `cluster`: one of three, where another has what this one has not written yet.
 */
export type NatsStanding = 'private' | 'deployed' | 'cluster';

const SERVER: Readonly<Record<NatsStanding, readonly string[]>> = {
  private: ['jetstream: { store_dir: $NATS_STORE_DIR }'],
  deployed: [
    'server_name: $NATS_SERVER_NAME',
    'jetstream: { store_dir: $NATS_STORE_DIR, max_file_store: 8GB, sync_interval: always }',
    'lame_duck_grace_period: "5s"',
    'lame_duck_duration: "30s"',
  ],
  cluster: [
    'server_name: $NATS_SERVER_NAME',
    'jetstream: { store_dir: $NATS_STORE_DIR, max_file_store: 8GB }',
    'lame_duck_grace_period: "5s"',
    'lame_duck_duration: "30s"',
    'cluster: {',
    '  name: elvis',
    '  listen: "0.0.0.0:6222"',
    '  authorization: { user: cluster, password: $NATS_CLUSTER_PASSWORD }',
    '  routes: [$NATS_ROUTE_0, $NATS_ROUTE_1, $NATS_ROUTE_2]',
    '}',
  ],
};

export function natsConfig(standing: NatsStanding = 'private'): string {
  const list = (subjects: readonly string[]): string =>
    subjects.map((subject) => `\n          "${subject}"`).join('');
  const users = NATS_USERS.map((user) => {
    const { publish, subscribe } = permissionsOf(user);
    return [
      `    {`,
      `      user: "${user}", password: $${passwordVariable(user)}`,
      `      permissions: {`,
      `        publish: { allow: [${list(publish)}\n        ] }`,
      `        subscribe: { allow: [${list(subscribe)}\n        ] }`,
      `      }`,
      `    }`,
    ].join('\n');
  });
  return [
    '# Made from tools/launcher/servers/nats-permissions.ts by `npm run docs:manifests`; do not edit.',
    ...SERVER[standing],
    'max_payload: 1MB',
    'ping_interval: "10s"',
    'authorization: {',
    '  users: [',
    users.join('\n'),
    '  ]',
    '}',
    '',
  ].join('\n');
}

/** The service that answers a request on this subject. */
export function ownerOf(subject: string): string {
  const named = subject.split('.')[2] ?? '';
  return named === 'research' ? 'bots' : named;
}

const inboxesOf = (user: NatsUser): string[] => [
  `_INBOX_${user}.>`,
  ...(PEOPLE.includes(user) ? ['_INBOX.>'] : []),
];

const readingOf = (stream: string): string[] => [
  `$JS.API.STREAM.INFO.${stream}`,
  `$JS.API.STREAM.MSG.GET.${stream}`,
];

const pullingFrom = (stream: string, consumer: string): string[] => [
  `$JS.API.STREAM.INFO.${stream}`,
  `$JS.API.CONSUMER.INFO.${stream}.${consumer}`,
  `$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumer}`,
  `$JS.ACK.${stream}.${consumer}.>`,
];

const statusOf = (streams: readonly string[]): string[] =>
  streams.flatMap((stream) => [`$JS.API.STREAM.INFO.${stream}`, `$JS.API.CONSUMER.INFO.${stream}.*`]);
