/** Which events a record of a bot's journal is. */
import {
  BotJournalRecord,
  BotStanding,
  CommitRecord,
  EventContract,
  StateRecord,
  botFaulted,
  botIdled,
  botLimitReached,
  botPaused,
  botProtected,
  botReducing,
  botResumed,
  botStarted,
  botStepped,
  botStopped,
  botWarmed,
} from '@elvis/contracts';

import { dayFigures } from '../figures/bot-figures';
import { roleOf } from '../protection/domain/protection-ids';

export interface Announcement {
  readonly contract: EventContract<object>;
  readonly data: object;
}

/** @param before how the bot stood before a STATE record */
export function announcementsOf(
  record: BotJournalRecord,
  before: BotStanding | undefined,
): readonly Announcement[] {
  const { config } = record.standing;
  switch (record.type) {
    case 'RUN': {
      const { runId, codeHash, build } = record;
      const { strategy, revision } = config;
      return [told(record, botStarted, { runId, strategy, revision, codeHash, build })];
    }
    case 'STATE':
      return ofState(record, before);
    case 'COMMIT': {
      const { step, due, inputsHash, reasons, answers, tookMs, lateMs } = record;
      const idle = idledOf(record);
      if (answers.length === 0) return idle;
      const placed = answers.flatMap(({ clientOrderId }) => protectedBy(record, clientOrderId));
      const intents = answers.map(({ clientOrderId, action, because, outcome }) => ({
        clientOrderId,
        action,
        because,
        outcome,
      }));
      return [
        ...idle,
        told(record, botStepped, { step, cause: due.cause, inputsHash, reasons, intents, tookMs, lateMs }),
        ...placed,
      ];
    }
    default:
      return [];
  }
}

function ofState(
  record: BotJournalRecord & StateRecord,
  before: BotStanding | undefined,
): readonly Announcement[] {
  const { state, causes, reason, fault, stop, standing } = record;
  const announcements: Announcement[] = [...idledOf(record)];
  if (standing.isWarm && before && !before.isWarm)
    announcements.push(told(record, botWarmed, { candles: 0 }));
  const hasMore = causes.some((cause) => !before?.causes.includes(cause));
  if (state === 'PAUSED' && hasMore) announcements.push(told(record, botPaused, { causes, reason }));
  for (const { limit, maximum, used, day } of record.limits ?? []) {
    const { results, fees, funding, net } = dayFigures(standing.figures, record.atMs);
    const figures = { results, fees, funding, net, runNet: standing.figures.net };
    announcements.push(told(record, botLimitReached, { limit, maximum, used, day, figures }));
  }
  if (before?.state === 'PAUSED' && (state === 'RUNNING' || state === 'WARMING'))
    announcements.push(told(record, botResumed, { reason }));
  if (state === 'REDUCING' && before?.state !== 'REDUCING')
    announcements.push(told(record, botReducing, { reason }));
  if (state === 'FAULTED' && fault && before?.state !== 'FAULTED')
    announcements.push(told(record, botFaulted, { code: fault.code, message: fault.message }));
  if (state === 'STOPPED' && stop) {
    const { stopId, mode, remainder } = stop;
    const { orders = [], position = '0', why = null } = remainder ?? {};
    announcements.push(told(record, botStopped, { stopId, mode, orders, position, why }));
  }
  return announcements;
}

function idledOf(record: BotJournalRecord & (CommitRecord | StateRecord)): readonly Announcement[] {
  if (!record.idled) return [];
  const { hour: _hour, ...idle } = record.idled;
  return [told(record, botIdled, idle)];
}

/** The protection that this order is, where it is one that the bot counts on. */
function protectedBy(record: BotJournalRecord, clientOrderId: string): readonly Announcement[] {
  const kind = roleOf(clientOrderId);
  const order = record.standing.orders.find((each) => each.clientOrderId === clientOrderId);
  if (!kind || !order) return [];
  const { quantity, price } = order;
  return [told(record, botProtected, { kind, clientOrderId, quantity, price })];
}

type Of = 'botConfigId' | 'owner' | 'name' | 'market' | 'symbol' | 'run' | 'atMs';

function told<Payload extends object>(
  { run, atMs, standing: { config } }: BotJournalRecord,
  contract: EventContract<Payload>,
  data: Omit<Payload, Of>,
): Announcement {
  const { id: botConfigId, owner, name, market, symbol } = config;
  return {
    contract: contract,
    data: { botConfigId, owner, name, market, symbol, run, atMs, ...data },
  };
}
