/** A backtest over REST, from the request to its deletion: real gateway, bots and trade-history on real servers. */
import { RUNTIME_LIMITS, getLimits } from '@elvis/contracts';
import { RunningService, startService } from '@elvis/platform';
import { opened, until } from '@elvis/testing';
import { createHash } from 'node:crypto';
import { WebSocket } from 'ws';
import { BotsConfig } from '../apps/bots/src/bots.config';
import { BotsModule } from '../apps/bots/src/bots.module';
import { Answer, startResponder } from '../apps/gateway/test/gateway-under-test';
import { IdentityUnderTest } from './security/identity-under-test';

const BACKTEST = { strategy: 'ema-crossover', data: 'generated:32', interval: '1h' };

interface Frame {
  readonly topic: string;
  readonly data?: { readonly id?: string; readonly status?: string };
}

describe('backtests over REST', () => {
  const identity = opened(
    () => IdentityUnderTest.start(),
    (under) => under.stop(),
  );
  opened(
    async () => {
      const limits = RUNTIME_LIMITS.map((name) => ({
        name,
        value: 'off',
        setBy: 'environment' as const,
        environment: 'off',
      }));
      const risk = await startResponder(identity.servers.nats, 'risk');
      return risk.on(getLimits, () => ({ limits, revision: 0, halts: {}, leverage: {} }));
    },
    (risk) => risk.stop(),
  );
  opened(() => startBots(identity));
  const gateway = opened(() => identity.gateway({ REGISTRATION: 'open', RATE_LIMIT_BOT_CONTROL: 'off' }));
  const keys = opened(async () => {
    const make = async (name: string, scopes: readonly string[]): Promise<string> =>
      (await gateway.call('POST', '/api/v1/access-keys', { body: { name, scopes } })).body.key as string;
    return {
      ann: await make('ann', ['read', 'trade']),
      bob: await make('bob', ['read', 'trade']),
      reader: await make('reader', ['read']),
    };
  });

  const call = (method: string, path: string, key: string, body?: object, headers = {}): Promise<Answer> =>
    gateway.call(method, `/api/v1/backtests${path}`, { key, headers, ...(body && { body }) });
  const codeOf = ({ status, body }: Answer): unknown[] => [status, body.code];
  const ended = (id: string, status = 'FINISHED'): Promise<Answer> =>
    until(
      async () => {
        const answer = await call('GET', `/${id}`, keys.ann);
        return answer.body.status === status && answer;
      },
      `the backtest is ${status}`,
      120_000,
    );
  /** Also stored: the history has its end. */
  const stored = (id: string): Promise<Answer> =>
    until(async () => {
      const answer = await call('GET', `/${id}`, keys.ann);
      return answer.body.metrics !== null && answer;
    }, 'the history has its figures');

  it('runs one, tells how far it is, and shows its report and tables to its owner alone', async () => {
    const heard: Frame[] = [];
    const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/api/v1/stream?topics=research`, {
      headers: { 'x-api-key': keys.ann },
    });
    socket.on('message', (data: Buffer) => heard.push(...(JSON.parse(data.toString()) as Frame[])));
    await until(() => heard.some(({ topic }) => topic === 'welcome'), 'the stream is open');

    const asked = await call('POST', '', keys.ann, BACKTEST, { 'Idempotency-Key': 'first' });
    expect([asked.status, asked.body.kind, asked.body.status]).toEqual([202, 'backtest', 'QUEUED']);
    const { id } = asked.body as { id: string };
    const again = await call('POST', '', keys.ann, BACKTEST, { 'Idempotency-Key': 'first' });
    expect([again.status, again.body.id]).toEqual([202, id]);

    await ended(id);
    await until(
      () => heard.some(({ data }) => data?.id === id && data.status === 'FINISHED'),
      'its end is heard',
    );
    socket.close();
    const { body } = await stored(id);
    expect(body).toMatchObject({ status: 'FINISHED', trials: 1, series: 'ema-crossover BTCUSDT 1h' });

    const report = await call('GET', `/${id}/report`, keys.ann);
    expect(createHash('sha256').update(report.text).digest('hex')).toBe(body.reportHash);
    expect(report.body).toMatchObject({ trial: 1, figures: body.metrics });
    const page = await call('GET', `/${id}/report?format=html`, keys.ann);
    expect([page.headers.get('content-type'), page.headers.get('content-security-policy')]).toEqual([
      'text/html; charset=utf-8',
      expect.stringContaining('sandbox'),
    ]);
    const tables = ['trades.csv', 'daily.csv', 'monthly.csv'];
    const rows = await Promise.all(
      tables.map(async (name) => (await call('GET', `/${id}/${name}`, keys.ann)).text.split('\r\n').length),
    );
    expect(rows).toEqual([report.body.trades.length + 2, 32 + 2, report.body.monthly.length + 2]);
    const { items } = (await call('GET', `/${id}/equity`, keys.ann)).body as { items: object[] };
    expect(items).toHaveLength(report.body.curve.length);

    expect((await call('GET', '', keys.ann)).body.items).toMatchObject([{ id, status: 'FINISHED' }]);
    expect((await call('GET', '', keys.bob)).body.items).toEqual([]);
    for (const path of ['', '/report', '/trades.csv', '/equity'])
      expect(codeOf(await call('GET', `/${id}${path}`, keys.bob))).toEqual([404, 'BACKTEST_NOT_FOUND']);
    for (const [method, path] of [['DELETE', `/${id}`] as const, ['POST', `/${id}/cancel`] as const])
      expect(codeOf(await call(method, path, keys.bob))).toEqual([404, 'BACKTEST_NOT_FOUND']);
    expect(codeOf(await call('POST', `/${id}/cancel`, keys.ann))).toEqual([409, 'BACKTEST_ENDED']);
  });

  it('a deleted backtest still counts as a trial', async () => {
    const grid = { ...BACKTEST, grid: { fast: ['6', '9'] } };
    const { id } = (await call('POST', '/grid', keys.ann, grid)).body as { id: string };
    await ended(id);
    const before = (await stored(id)).body;
    expect(before.trials).toBe(3);

    expect((await call('DELETE', `/${id}`, keys.ann)).body).toEqual({ id });
    const isHidden = async (): Promise<boolean> => (await call('GET', `/${id}`, keys.ann)).status === 404;
    await until(isHidden, 'it is hidden');
    expect(codeOf(await call('GET', `/${id}/report`, keys.ann))).toEqual([404, 'BACKTEST_NOT_FOUND']);
    const listed = (await call('GET', '', keys.ann)).body.items as { id: string }[];
    expect(listed.map((each) => each.id)).not.toContain(id);

    const next = (await call('POST', '', keys.ann, BACKTEST)).body as { id: string };
    await ended(next.id);
    expect((await stored(next.id)).body.trialsOfSeries).toBe(before.trialsOfSeries + 1);
    expect((await call('GET', `/${next.id}/report`, keys.ann)).body.trial).toBe(before.trialsOfSeries + 1);
  });

  it('is canceled by its owner, and counts nothing then', async () => {
    const long = { ...BACKTEST, data: 'generated:1000', interval: '1m' };
    const { id } = (await call('POST', '/walk-forward', keys.ann, { ...long, parts: 9 })).body as {
      id: string;
    };
    expect(codeOf(await call('DELETE', `/${id}`, keys.ann))).toEqual([409, 'BACKTEST_RUNNING']);
    expect(codeOf(await call('GET', `/${id}/report`, keys.ann))).toEqual([409, 'BACKTEST_RUNNING']);
    expect((await call('POST', `/${id}/cancel`, keys.ann)).body.status).toBe('CANCELED');
    const { body } = await ended(id, 'CANCELED');
    expect([body.trials, body.metrics]).toEqual([0, null]);
    expect(codeOf(await call('GET', `/${id}/report`, keys.ann))).toEqual([409, 'BACKTEST_WITHOUT_REPORT']);
  });

  it('is refused with every reason, or to those who may only read', async () => {
    const wrong = await call('POST', '', keys.ann, { ...BACKTEST, data: 'nothing', parameters: { fsat: 1 } });
    expect(codeOf(wrong)).toEqual([400, 'BACKTEST_INVALID']);
    expect(wrong.text).toMatch(/there are no data nothing.*fsat/);
    expect(codeOf(await call('POST', '', keys.ann, { ...BACKTEST, file: '/etc/passwd' }))).toEqual([
      400,
      'MESSAGE_MALFORMED',
    ]);
    expect(codeOf(await call('POST', '', keys.reader, BACKTEST))).toEqual([403, 'SCOPE_MISSING']);
  });
});

function startBots({ servers }: IdentityUnderTest): Promise<RunningService> {
  const { env } = servers.redis;
  const config = Object.assign(new BotsConfig(), {
    NATS_URL: servers.nats.urls.bots,
    REDIS_HOST: env.REDIS_HOST,
    REDIS_PORT: Number(env.REDIS_PORT),
    REDIS_PASSWORD: env.REDIS_PASSWORD,
    BOTS_ROLE: ['research'],
    LOG_LEVEL: 'fatal',
  });
  return startService({ name: 'bots', module: BotsModule, config: BotsConfig }, config);
}
