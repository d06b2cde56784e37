import { GoNoGoExport, GoNoGoReport, verifyExport } from '@elvis/clearance';
import {
  BotConfigBody,
  BotStepDifference,
  Clearance,
  EventContract,
  GoNoGoRun,
  LimitsView,
  ProofRecorded,
  botProtected,
  botUnprotected,
  createBotConfig,
  decideGoNoGo,
  getBotParity,
  getGoNoGo,
  getLimits,
  getRunningCode,
  listClearances,
  listGoNoGo,
  listInstruments,
  proofRecorded,
  readGoNoGo,
  revokeClearance,
  runGoNoGo,
} from '@elvis/contracts';
import { EventLog, ServiceIdentity, natsOptions } from '@elvis/platform';
import { opened, until } from '@elvis/testing';
import { connect } from 'nats';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { History } from './harness';

const HASH = 'a'.repeat(64);
const BUILD = 'spec-build';
const OWNER = 'user:ada';
const limitsOf = (value: string): LimitsView => ({
  limits: [
    'RISK_MAX_ORDER_NOTIONAL',
    'RISK_MAX_POSITION_NOTIONAL',
    'RISK_MAX_GROSS_NOTIONAL',
    'RISK_MAX_OPEN_ORDERS',
    'RISK_MAX_ORDERS_PER_SECOND',
    'RISK_MAX_DAILY_LOSS',
    'RISK_MAX_DRAWDOWN',
  ].map((name) => ({ name, value, setBy: 'environment', environment: value })) as LimitsView['limits'],
  revision: 1,
  halts: {},
  leverage: { BTCUSDT: { wanted: 2, cap: 5 } },
});

describe('go / no-go', () => {
  const folder = mkdtempSync(join(tmpdir(), 'go-no-go-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const history = opened(() =>
    History.start({ AUDIT_FOLDER: folder, AUDIT_CHECKPOINT_ENTRIES: '1', GO_REVIEW_SECONDS: '1' }),
  );
  const operator = opened(() => connect(natsOptions(history.nats.urls.operator, 'spec-operator')));
  const log = opened(() => new EventLog(operator, new ServiceIdentity('operator', 1)));
  const bots = opened(() => connect(natsOptions(history.nats.urls.bots, 'spec-bots')));
  const botLog = opened(() => new EventLog(bots, new ServiceIdentity('bots', 1)));

  beforeAll(() => {
    history.answer(getRunningCode, ({ strategy }) => ({
      build: BUILD,
      rules: HASH,
      code: strategy === undefined ? null : HASH,
    }));
    history.answer(getLimits, () => limitsOf('100'));
    history.answer(listInstruments, () => ({
      instruments: [{ symbol: 'BTCUSDT', minNotional: '100' } as never],
    }));
  });

  const aBot = async (): Promise<string> => {
    const id = randomUUID();
    const body: BotConfigBody = {
      name: 'crossing',
      strategy: 'ema-crossover',
      market: 'futures',
      symbol: `S${id.slice(0, 6).toUpperCase()}USDT`,
      interval: '1m',
      initialCapital: '1000',
      leverage: 1,
      mode: 'paper',
    };
    await history.bus.request(createBotConfig, { id, owner: OWNER, actor: OWNER, body, codeHash: HASH });
    return id;
  };
  const judged = async (botConfigId?: string): Promise<GoNoGoRun> => {
    const id = randomUUID();
    const wish = { id, owner: OWNER, actor: OWNER, ...(botConfigId !== undefined && { botConfigId }) };
    await history.bus.request(runGoNoGo, wish);
    await until(async () => (await history.bus.request(getGoNoGo, { id })).status !== 'RUNNING');
    return history.bus.request(getGoNoGo, { id, owner: OWNER });
  };
  const exportOf = async (id: string): Promise<GoNoGoExport> => {
    const { data, parts } = await history.bus.request(readGoNoGo, { id, paper: 'export.json', part: 0 });
    expect(parts).toBe(1);
    return JSON.parse(gunzipSync(Buffer.from(data, 'base64')).toString('utf8')) as GoNoGoExport;
  };
  const publish = async <Data extends object>(
    contract: EventContract<Data>,
    data: Data,
    [by, actor]: readonly [EventLog, string] = [log, 'operator'],
  ): Promise<void> => {
    const id = randomUUID();
    await by.publish(contract, data, { id, actor });
    await until(async () => (await history.count('audit_log WHERE event_id = $1', [id])) === 1);
  };
  const tell = <Data extends object>(contract: EventContract<Data>, data: Data): Promise<void> =>
    publish(contract, data, [botLog, 'bots']);
  const proof = (kind: ProofRecorded['kind'], counts: ProofRecorded['counts']): Promise<void> =>
    publish(proofRecorded, {
      proofId: randomUUID(),
      kind,
      build: BUILD,
      mode: 'paper',
      startedAtMs: Date.now() - 1_000,
      endedAtMs: Date.now(),
      counts,
      broken: [],
    });
  const proveAll = async (): Promise<void> => {
    await proof('rehearsal', { seeds: 25, restarts: 5, feedLosses: 5, halts: 5, lost: 0 });
    await proof('drill', { ways: 12 });
    await proof('doctor', { checks: 20 });
    await until(async () => (await history.count('audit_checkpoints')) > 0);
  };
  const decide = (id: string, actor: string, persons: readonly string[] = [actor]): Promise<GoNoGoRun> =>
    history.bus.request(decideGoNoGo, { id, decision: 'approve', reason: 'A quiet week', actor, persons });
  const clearanceOf = async (id: string): Promise<Clearance | undefined> =>
    (await history.bus.request(listClearances, { of: 'installation' })).items.find(
      ({ runId }) => runId === id,
    );

  it('judges a new bot NOT_YET, names what is missing and the earliest day', async () => {
    const run = await judged(await aBot());
    expect(run).toMatchObject({ status: 'FINISHED', verdict: 'NOT_YET', daysMissing: 14, problem: null });
    expect(run.missing).toEqual(expect.arrayContaining(['SAFE-2', 'FID-1', 'FID-5', 'COST-1']));
    expect(run.earliestDay).toBe(new Date(run.endedAtMs! + 14 * 86_400_000).toISOString().slice(0, 10));
    expect(run.answers).toMatchObject({ 'SAFE-4': 'pass', 'FID-3': 'unknown', 'EDGE-1': 'unknown' });
    const exported = await exportOf(run.id);
    expect(verifyExport(exported)).toEqual([]);
    const report = JSON.parse(exported.report) as GoNoGoReport;
    expect(report.gates.find(({ id }) => id === 'SAFE-1')?.sources).toMatchObject([
      { item: 'audit', query: 'npm run audit:verify', count: 1 },
    ]);
    expect(report.bound).toMatchObject({
      strategy: 'ema-crossover',
      codeHash: HASH,
      build: BUILD,
      runId: run.id,
    });
  });

  it('shows a judgement to its owner and to those who decide alone', async () => {
    const { id } = await judged();
    await expect(history.bus.request(getGoNoGo, { id, owner: 'user:bob' })).rejects.toMatchObject({
      code: 'GO_NO_GO_NOT_FOUND',
    });
    const { items } = await history.bus.request(listGoNoGo, { owner: 'user:bob', limit: 10 });
    expect(items).toEqual([]);
  });

  it('clears the installation by two different people, and no sooner', async () => {
    await proveAll();
    const run = await judged();
    expect(run).toMatchObject({ verdict: 'GO', missing: [] });
    expect(await decide(run.id, 'key:environment')).toMatchObject({ clearanceId: null });
    await expect(decide(run.id, 'key:environment')).rejects.toMatchObject({
      code: 'ANOTHER_PERSON_REQUIRED',
    });
    await expect(decide(run.id, 'key:made', ['user:bob', 'key:environment'])).rejects.toMatchObject({
      code: 'ANOTHER_PERSON_REQUIRED',
    });
    await expect(decide(run.id, 'key:unknown')).rejects.toMatchObject({ code: 'ANOTHER_PERSON_REQUIRED' });
    expect(await clearanceOf(run.id)).toBeUndefined();
    const decided = await decide(run.id, 'user:bob');
    expect(decided.deciders.map(({ actor }) => actor)).toEqual(['key:environment', 'user:bob']);
    expect(await clearanceOf(run.id)).toMatchObject({
      id: decided.clearanceId,
      verdict: 'GO',
      limits: null,
      decidedBy: ['key:environment', 'user:bob'],
      revokedAtMs: null,
    });
    await until(
      async () => (await history.count(`audit_log WHERE type = 'elvis.event.clearance.decided'`)) >= 2,
    );
    await expect(decide(run.id, 'user:cy')).rejects.toMatchObject({ code: 'GO_NO_GO_NOT_DECIDABLE' });
  });

  it('revokes a clearance once, with a reason', async () => {
    await proveAll();
    const { id } = await judged();
    await decide(id, 'user:ada');
    const { clearanceId } = await decide(id, 'user:bob');
    const revoke = (reason: string): Promise<Clearance> =>
      history.bus.request(revokeClearance, { id: clearanceId!, reason, actor: 'user:ada' });
    expect(await revoke('The market has changed')).toMatchObject({
      revokedBecause: 'The market has changed',
    });
    expect(await revoke('Again')).toMatchObject({ revokedBecause: 'The market has changed' });
    await expect(
      history.bus.request(revokeClearance, { id: randomUUID(), reason: 'None', actor: 'user:ada' }),
    ).rejects.toMatchObject({ code: 'CLEARANCE_NOT_FOUND' });
  });

  describe('ends the clearance of a bot by itself', () => {
    const cleared = async (botConfigId: string): Promise<string> => {
      const [runId, id] = [randomUUID(), randomUUID()];
      await history.pool.query(
        `INSERT INTO go_no_go_runs (id, bot_config_id, owner, actor, status, verdict)
          VALUES ($1, $2, $3, $3, 'FINISHED', 'GO_LIMITED')`,
        [runId, botConfigId, OWNER],
      );
      await history.pool.query(
        `INSERT INTO clearances (id, run_id, bot_config_id, verdict, binding, bound, decided_by_1, created_at, expires_at)
          VALUES ($1, $2, $3, 'GO_LIMITED', $4, '{}', 'user:ada', now() - interval '1 hour', now() + interval '1 day')`,
        [id, runId, botConfigId, HASH],
      );
      return id;
    };
    const revoked = (botConfigId: string): Promise<string> =>
      until(async () => {
        const { items } = await history.bus.request(listClearances, { of: botConfigId });
        return items[0]?.revokedBecause;
      }, 'it is revoked');
    const anUnknown = (botConfigId: string, minutesAgo: number): Promise<unknown> =>
      history.pool.query(`INSERT INTO orders SELECT (jsonb_populate_record(NULL::orders, $1::jsonb)).*`, [
        JSON.stringify({
          ...{ client_order_id: `unknown-${randomUUID()}`, bot_config_id: botConfigId, status: 'UNKNOWN' },
          ...{ market: 'futures', symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: '1' },
          ...{
            filled_quantity: '0',
            decision_id: randomUUID(),
            actor: OWNER,
            revision: 1,
            is_released: false,
          },
          ...{ created_at: new Date(Date.now() - minutesAgo * 60_000).toISOString() },
          updated_at: new Date().toISOString(),
        }),
      ]);

    it('where a step was missed since, and not where one was before', async () => {
      const [missed, before] = [await aBot(), await aBot()];
      const difference = (openTimeMs: number): BotStepDifference => ({
        ...{ openTimeMs, step: null, class: 'MISSED_STEP', input: null, bot: 'no step', backtest: 'nothing' },
        follows: false,
      });
      const nowMs = Date.now();
      history.answer(getBotParity, ({ botConfigId }) => ({
        ...{ run: 1, runId: randomUUID(), isSameCode: true, fromMs: 0, toMs: nowMs, steps: 100, counts: {} },
        differences:
          botConfigId === missed || botConfigId === before
            ? [difference(nowMs - (botConfigId === missed ? 60_000 : 7_200_000))]
            : [],
        leftOut: 0,
      }));
      await cleared(before);
      await cleared(missed);
      expect(await revoked(missed)).toMatch(
        /^FID-1: 1 steps were missed or decided differently, the first at 20/,
      );
      const { items } = await history.bus.request(listClearances, { of: before });
      expect(items[0]?.revokedAtMs).toBeNull();
    });

    it('where a position was without its stop for more than ten seconds', async () => {
      const [long, short] = [await aBot(), await aBot()];
      const nowMs = Date.now();
      const of = (botConfigId: string) => ({
        botConfigId,
        owner: OWNER,
        name: 'crossing',
        market: 'futures' as const,
        symbol: 'BTCUSDT',
        run: 1,
      });
      for (const [id, seconds] of [
        [short, 9],
        [long, 11],
      ] as const) {
        const since = { sinceMs: nowMs - 60_000, position: '1', isHeldBack: false, reason: 'spec' };
        await tell(botUnprotected, { ...of(id), ...since, atMs: nowMs - 58_000 });
        const stop = { kind: 'stop', clientOrderId: 'stop-1', quantity: '1', price: '90' } as const;
        await tell(botProtected, { ...of(id), ...stop, atMs: since.sinceMs + seconds * 1_000 });
      }
      await cleared(short);
      await cleared(long);
      expect(await revoked(long)).toBe('SAFE-6: a position was without its stop for 11.0 s');
      const { items } = await history.bus.request(listClearances, { of: short });
      expect(items[0]?.revokedAtMs).toBeNull();
    });

    it('where the outcome of an order stays unknown, and says which', async () => {
      const [stays, fresh] = [await aBot(), await aBot()];
      await cleared(fresh);
      await anUnknown(fresh, 1);
      await cleared(stays);
      await anUnknown(stays, 10);
      expect(await revoked(stays)).toMatch(/^SAFE-5: the outcome of order unknown-.* has been unknown/);
      const { items } = await history.bus.request(listClearances, { of: fresh });
      expect(items[0]?.revokedAtMs).toBeNull();
      await until(
        async () =>
          (await history.count(
            `audit_log WHERE type = 'elvis.event.clearance.revoked' AND body::jsonb #>> '{data,botConfigId}' = $1`,
            [stays],
          )) === 1,
        'it is told',
      );
    });
  });

  it('lets nobody decide on NOT_YET', async () => {
    const { id } = await judged(await aBot());
    await expect(decide(id, 'user:ada')).rejects.toMatchObject({ code: 'GO_NO_GO_NOT_DECIDABLE' });
  });
});
