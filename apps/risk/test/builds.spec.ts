/** Replicas of different builds on one Redis: those of the same contracts trade on, others open nothing. */
import {
  BuildNote,
  CONTRACTS_VERSION,
  EXECUTION_REPLICAS_KEY,
  RISK_REPLICAS_KEY,
  clearStop,
  getTradingState,
  submitOrder,
} from '@elvis/contracts';
import { Denial, TradingFailure } from '@elvis/trading';
import { opened, until } from '@elvis/testing';
import { RiskFleet, anOrder } from './risk-fleet';

const OTHER_CONTRACTS = { build: 'newer', contracts: CONTRACTS_VERSION + 1 };

describe('a fleet of more than one build', () => {
  const fleet = opened(() => RiskFleet.start({ BUILD_ID: 'first', HALT_ON_MIXED_BUILDS_MS: 'off' }));
  let beating: NodeJS.Timeout | undefined;

  afterEach(() => clearInterval(beating));
  /** A replica of execution that lives until the test ends, or `leaves`. */
  const join = async (note: Partial<BuildNote>): Promise<void> => {
    const beat = async (): Promise<void> => {
      const [seconds] = await fleet.redis.time();
      const text = JSON.stringify({ ...note, atMs: Number(seconds) * 1_000, clear: 0, inFlight: 0 });
      await fleet.redis.hset(EXECUTION_REPLICAS_KEY, 'execution-7:stranger', text);
    };
    await beat();
    beating = setInterval(() => void beat(), 200);
  };
  const leaves = (): void => clearInterval(beating);
  const submit = async (change: Parameters<typeof anOrder>[0] = {}) =>
    fleet.caller.request(submitOrder, anOrder(change), { timeoutMs: 20_000 });
  const denialOf = async (change: Parameters<typeof anOrder>[0] = {}): Promise<Denial | undefined> =>
    (await submit(change)).denial;
  const isRefused = async (): Promise<boolean> => (await denialOf())?.code === 'BUILDS_DISAGREE';
  const passes = async (): Promise<boolean> => (await submit()).order.status === 'NEW';

  it('says in every heartbeat of risk which build it is and which contracts it speaks', async () => {
    const [beat] = Object.values(await fleet.redis.hgetall(RISK_REPLICAS_KEY));
    expect(JSON.parse(beat ?? '')).toMatchObject({ build: 'first', contracts: CONTRACTS_VERSION });
  });

  it('trades on while an update replaces one build by another of the same contracts', async () => {
    await until(passes, 'orders pass');
    const second = await fleet.addReplica({ BUILD_ID: 'second', HALT_ON_MIXED_BUILDS_MS: 'off' });
    await join({ build: 'second', contracts: CONTRACTS_VERSION });
    const seesBoth = async (): Promise<boolean> => {
      const metrics = await fetch(`http://127.0.0.1:${second.opsPort}/metrics`);
      return /^elvis_fleet_builds 2$/m.test(await metrics.text());
    };
    await until(seesBoth, 'both builds are seen');
    expect((await submit()).order.status).toBe('NEW');
    await fleet.stopReplicas();
    await fleet.addReplica({ BUILD_ID: 'first', HALT_ON_MIXED_BUILDS_MS: 'off' });
  });

  it.each<[what: string, note: Partial<BuildNote>, told: string]>([
    ['of other contracts', OTHER_CONTRACTS, `contracts ${CONTRACTS_VERSION + 1}: execution-7 of newer`],
    ['that does not say what it speaks', {}, 'contracts unknown: execution-7 of an unknown build'],
  ])(
    'opens nothing while a replica %s is alive, lets reduce, and opens once it is gone',
    async (_, note, told) => {
      await until(passes, 'orders pass');
      await join(note);
      await until(isRefused, 'opening is refused');
      expect((await denialOf())?.context.builds).toContain(told);
      await fleet.hold('BTCUSDT', '0.5');
      expect((await submit({ side: 'SELL', reduceOnly: true })).order.status).toBe('NEW');
      leaves();
      await until(passes, 'orders pass again');
    },
  );

  it('is stopped when it lasts, and a clear of that stop has to be forced while it does', async () => {
    await fleet.stopReplicas();
    await fleet.addReplica({ HALT_ON_MIXED_BUILDS_MS: '1500' });
    await join(OTHER_CONTRACTS);
    const stops = async () => (await fleet.caller.request(getTradingState, {})).scopes;
    await until(
      async () => (await stops()).some(({ actor }) => actor === 'auto:mixed-builds'),
      'it is stopped',
    );
    const by = { actor: 'operator', reason: 'test' };
    const clear = (force: boolean): Promise<unknown> =>
      fleet.caller.request(clearStop, { ...by, ...(force && { force }) }, { timeoutMs: 20_000 });
    const refusal = async (): Promise<string> =>
      ((await clear(false).catch((error: unknown) => error)) as TradingFailure).code;
    // Before the stop is verified, that is the first reason.
    await until(async () => (await refusal()) !== 'STOP_NOT_VERIFIED', 'the stop is verified');
    expect(await refusal()).toBe('STOP_CONDITION_LASTS');
    leaves();
    await clear(true);
    await until(passes, 'orders pass again');
  });
});
