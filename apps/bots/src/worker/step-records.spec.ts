import { BotOrder, BotStanding, PendingStep } from '@elvis/contracts';
import { aBotConfig } from '../../test/bot-builders';
import { runBegun } from '../journal/changes';
import { committed } from './step-records';

const ID = 'b.abc123.1.1.1';
const ORDER: BotOrder = {
  ...{ clientOrderId: ID, name: 'level 1', role: 'GRID', side: 'BUY', price: '100', quantity: '1' },
  ...{ filled: '0', step: 1, because: 'a level', goodUntilMs: null },
};
const because = 'the market moved';
const due = { step: 2, cause: 'candle', causeId: 'c', dueAtMs: 1, decideByMs: 2 } as const;
const pending: PendingStep = {
  ...{ due, inputsHash: 'h', reasons: [], memory: null, isLate: false, decidedAtMs: 1 },
  intents: [
    { n: 1, action: 'AMEND', clientOrderId: ID, terms: { price: '99' }, role: 'GRID', opens: true, because },
  ],
};

describe('the record of a step', () => {
  const { standing } = runBegun(
    {
      ...{ config: aBotConfig(), run: 1, runId: 'r', hooks: [], codeHash: '', build: '', actor: 'spec' },
      ...{ atMs: 1, decideByMs: 2 },
    },
    undefined,
  );
  const before: BotStanding = { ...standing, orders: [ORDER], pending };

  it.each([
    ['gives an order the price it was amended to', 'NEW', '99'],
    ['leaves it as it was where the exchange refused the amendment', 'ORDER_ALREADY_CLOSED', '100'],
  ])('%s', (_title, outcome, price) => {
    const answers = [{ n: 1, action: 'AMEND' as const, clientOrderId: ID, because, outcome }];
    const done = { ...pending, answers, tookMs: 1, atMs: 3 };
    expect(committed(before, done).standing.orders).toEqual([{ ...ORDER, price }]);
  });
});
