import { opened } from '@elvis/testing';
import { RiskFleet, anOrder, answersUntil } from './risk-fleet';

describe('the exchange changes its rules while risk runs', () => {
  const fleet = opened(() => RiskFleet.start({ RISK_MAX_ORDERS_PER_SECOND: 'off' }));

  // An order of 60,000, which the house refuses: however many are sent meanwhile, none stays open.
  const codeOf = () => fleet.codeOf(anOrder({ quantity: '1' }));

  it('an order is judged by the list that execution has now: by its least notional, and by whether it is traded', async () => {
    await answersUntil('NOTIONAL_ABOVE_ORDER_MAXIMUM', codeOf);
    fleet.facts.instrument = { minNotional: '100000' };
    await answersUntil('NOTIONAL_BELOW_MINIMUM', codeOf);
    fleet.facts.instrument = { isTrading: false };
    await answersUntil('INSTRUMENT_NOT_TRADING', codeOf);
    fleet.facts.instrument = {};
    await answersUntil('NOTIONAL_ABOVE_ORDER_MAXIMUM', codeOf);
  });
});
