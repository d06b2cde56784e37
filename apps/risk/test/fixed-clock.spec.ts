import { RiskDecided, riskApproved } from '@elvis/contracts';
import { opened, until } from '@elvis/testing';
import { RiskFleet, anOrder, fixedClock } from './risk-fleet';

const NIGHT = '2026-11-21T23:59:59.000Z';

describe('risk on a clock that stands still', () => {
  const fleet = opened(() => RiskFleet.start({}, 1, fixedClock(NIGHT)));

  it('judges an order at that time, and records it with the decision', async () => {
    expect(await fleet.codeOf(anOrder())).toBe('NEW');
    await until(() => fleet.eventsOf(riskApproved.type).length > 0, 'the decision is stored');
    const { decidedAtMs, recorded } = fleet.eventsOf(riskApproved.type)[0]!.data as RiskDecided;
    const nowMs = Date.parse(NIGHT);
    expect({ decidedAtMs, recorded }).toMatchObject({ decidedAtMs: nowMs, recorded: { facts: { nowMs } } });
  });
});
