/** Lines of the regulators' list (docs/controls.md) that no other spec of risk shows over the bus. */
import { AmendOrder, SubmitOrder, amendOrder, clearStop, requestStop, setLimits } from '@elvis/contracts';
import { StopScope } from '@elvis/trading';
import { opened, until } from '@elvis/testing';
import { RiskFleet, anOrder } from './risk-fleet';

const by = { actor: 'operator', reason: 'test' };
const BOT = 'b0a1c2d3-0000-4000-8000-000000000001';

describe('what regulators ask of risk', () => {
  const fleet = opened(() => RiskFleet.start());

  beforeAll(async () => {
    await until(async () => (await codeOf(anOrder())) === 'NEW', 'orders pass');
  });
  const submit = (order: SubmitOrder) => fleet.submit(order);
  const codeOf = (order: SubmitOrder) => fleet.codeOf(order);
  const amend = async (terms: Partial<AmendOrder> & { readonly clientOrderId: string }): Promise<string> => {
    const wish = { actor: 'strategy', ...terms };
    const { denial, order } = await fleet.caller.request(amendOrder, wish, { timeoutMs: 20_000 });
    return denial?.code ?? order.status;
  };

  it.each<[level: string, scope: StopScope, order: Partial<SubmitOrder>, told: string]>([
    ['of everything', { type: 'global' }, {}, 'global'],
    ['of a symbol', { type: 'symbol', value: 'BTCUSDT' }, {}, 'symbol:BTCUSDT'],
    ['of a bot', { type: 'bot', value: BOT }, { botConfigId: BOT }, `bot:${BOT}`],
  ])(
    '10: a refusal by a stop %s says so, at which level, and by which stop',
    async (_level, scope, order, told) => {
      const { stopId } = await fleet.caller.request(requestStop, { ...by, scope }, { timeoutMs: 20_000 });
      expect((await submit(anOrder(order))).denial).toEqual({
        code: 'STATE_HALTED',
        context: { scope: told, stopId },
      });
      await fleet.caller.request(clearStop, { ...by, force: true }, { timeoutMs: 20_000 });
      await until(async () => (await codeOf(anOrder(order))) === 'NEW', 'orders pass again');
    },
  );

  it('19: changes count with new orders toward an actor’s messages in a second', async () => {
    const order = anOrder({ actor: 'busy' });
    expect(await codeOf(order)).toBe('NEW');
    const limits = { RISK_MAX_ORDERS_PER_SECOND: '1' };
    await fleet.caller.request(setLimits, { ...by, limits }, { timeoutMs: 20_000 });
    // However slowly the machine goes: a change that is refused comes after one that was not, within a second of it.
    const seen: string[] = [];
    await until(async () => {
      seen.push(
        await amend({ clientOrderId: order.clientOrderId, actor: 'busy', price: `5900${seen.length % 10}` }),
      );
      return seen.at(-1) === 'RATE_ABOVE_MAXIMUM';
    }, 'the rate is reached by changes alone');
    expect(seen.slice(0, -1).every((code) => code === 'NEW')).toBe(true);
    expect(seen.length).toBeGreaterThan(1);
    await fleet.caller.request(
      setLimits,
      { ...by, limits: { RISK_MAX_ORDERS_PER_SECOND: null } },
      {
        timeoutMs: 20_000,
      },
    );
  });

  it('24: a symbol that is not among those traded is refused, and never reaches execution', async () => {
    const before = fleet.placed.length;
    expect(await codeOf(anOrder({ symbol: 'ETHUSDT' }))).toBe('INSTRUMENT_UNKNOWN');
    expect(fleet.placed).toHaveLength(before);
  });
});
