/**
 * What people may want to hear of besides alerts: nothing is wrong, so nothing is opened and nobody has to acknowledge it.
 * A channel hears of these only where its list names them.
 */
import { BotLimitReached, BotStopped, botLimitReached, botStopped } from '../bots/bot-events';
import { EventEnvelope } from '../messages/contract';
import { OrderFilled, orderFilled } from '../messages/orders/order-events';
import { ALERT_KIND_NAMES } from './alert-kinds';
import { Alert } from './alert-rules';

const NOTICE_KINDS = ['FILL', 'BOT_STOPPED', 'LIMIT_REACHED'] as const;
type NoticeKind = (typeof NOTICE_KINDS)[number];

/** Everything that a channel may be told of. */
export const TOLD_KINDS = [...ALERT_KIND_NAMES, ...NOTICE_KINDS] as const;
export type ToldKind = Alert['kind'] | NoticeKind;

/** An alert, or a notice: what leaves by a channel. */
export interface Told extends Omit<Alert, 'kind' | 'key'> {
  readonly kind: ToldKind;
}

type Notice = Omit<Told, 'id'>;

const RULES: Readonly<Record<string, (data: never) => Notice>> = {
  [orderFilled.type]: ({
    order: { clientOrderId, symbol, side },
    fill: { quantity, price },
  }: OrderFilled) => ({
    kind: 'FILL',
    text: `${side} ${quantity} ${symbol} filled at ${price} (${clientOrderId})`,
    facts: { clientOrderId, symbol, side, quantity, price },
  }),
  [botStopped.type]: ({ botConfigId, name, symbol, mode, position }: BotStopped) => ({
    kind: 'BOT_STOPPED',
    text: `The bot ${name} in ${symbol} has stopped (${mode}); its position is ${position}`,
    facts: { botConfigId, name, symbol, mode, position },
  }),
  [botLimitReached.type]: ({ botConfigId, name, symbol, limit, used, maximum }: BotLimitReached) => ({
    kind: 'LIMIT_REACHED',
    text: `The bot ${name} in ${symbol} has reached its limit ${limit}: ${used} of ${maximum}`,
    facts: { botConfigId, name, symbol, limit, used, maximum },
  }),
};

/** The notice that this event is, if it is one. */
export function noticeOf({ id, type, data }: Pick<EventEnvelope, 'id' | 'type' | 'data'>): Told | undefined {
  const told = RULES[type]?.(data as never);
  return told && { id: `notice-${id}`, ...told };
}
