/** Entries that rest longer than their strategy gave them. */
import { BotStanding } from '@elvis/contracts';

/** Their client order ids. @param nowMs the exchange's clock */
export const expiredEntries = ({ orders }: BotStanding, nowMs: number): readonly string[] =>
  orders
    .filter(({ goodUntilMs }) => goodUntilMs !== null && goodUntilMs <= nowMs)
    .map(({ clientOrderId }) => clientOrderId);
