/** The model outside that is shipped: Python reads candles as NDJSON, decides, and its signal reaches the bot, once. */
import {
  SignalBot,
  candleMessageId,
  candleSubject,
  checkBotConfig,
  getBotStates,
  getExchangeCandles,
  signalBot,
} from '@elvis/contracts';
import { natsOptions } from '@elvis/platform';
import { opened, until } from '@elvis/testing';
import { MINUTE_MS } from '@elvis/trading';
import { execFile, spawnSync } from 'node:child_process';
import { connect } from 'nats';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { candleAt } from '../apps/bots/test/bot-builders';
import { startResponder } from '../apps/gateway/test/gateway-under-test';
import { IdentityUnderTest } from './security/identity-under-test';

const EXAMPLE = join(process.cwd(), 'examples', 'python-signals', 'send_signals.py');
const MINUTES = 90;
const run = promisify(execFile);
const hasPython = spawnSync('python3', ['--version']).status === 0;

(hasPython ? describe : describe.skip)('the example of a model in Python', () => {
  const identity = opened(
    () => IdentityUnderTest.start(),
    (under) => under.stop(),
  );
  const gateway = opened(() => identity.gateway());
  const bots = opened(
    () => startResponder(identity.servers.nats, 'bots'),
    (responder) => responder.stop(),
  );
  opened(
    async () => {
      const execution = await startResponder(identity.servers.nats, 'execution');
      return execution.on(getExchangeCandles, () => ({ candles: [] }));
    },
    (responder) => responder.stop(),
  );

  it('sends what it decides by closed candles, with the hashes of model and features', async () => {
    await fill(identity);
    const signals: SignalBot['signal'][] = [];
    bots
      .on(checkBotConfig, () => ({ problems: [], codeHash: 'cd'.repeat(32) }))
      .on(getBotStates, () => ({ items: [] }))
      .on(signalBot, ({ signal }: SignalBot) => {
        const isRepeat = signals.some(({ signalId }) => signalId === signal.signalId);
        if (!isRepeat) signals.push(signal);
        return { run: 1, step: 1, isRepeat };
      });
    const body = { name: 'Outside', strategy: 'signal', symbol: 'BTCUSDT', initialCapital: '1000' };
    const { id } = (await gateway.call('POST', '/api/v1/bot-configs', { body })).body as { id: string };
    const made = await gateway.call('POST', `/api/v1/bot-configs/${id}/signal-secret`);
    const secret = made.body.secret as string;
    const key = (
      await gateway.call('POST', '/api/v1/access-keys', { body: { name: 'model', scopes: ['read'] } })
    ).body.key as string;
    await until(async () => {
      const { body: answer } = await gateway.call('GET', '/api/v1/candles/BTCUSDT?limit=60', { key });
      return (answer.items as object[]).length >= 50;
    }, 'the history has the candles');

    const env = { ...process.env, URL: gateway.url, API_KEY: key, BOT: id, SECRET: secret };
    const { stdout } = await run('python3', [EXAMPLE, 'BTCUSDT'], { env, timeout: 60_000 });
    expect(stdout).toMatch(/^LONG [\d.]+ \{.*"isRepeat":false/);
    expect(signals).toEqual([
      expect.objectContaining({
        signalId: expect.stringMatching(/^BTCUSDT-\d{4}-/) as string,
        action: 'LONG',
        confidence: expect.stringMatching(/^(0\.\d+|1\.0)$/) as string,
        model: expect.stringMatching(/^sha256:[0-9a-f]{16}$/) as string,
        features: expect.stringMatching(/^sha256:[0-9a-f]{16}$/) as string,
      }),
    ]);
  });

  it('is refused with another secret, and says so', async () => {
    const env = {
      ...process.env,
      URL: gateway.url,
      API_KEY: 'no-such-key',
      BOT: '00000000-0000-4000-8000-000000000000',
      SECRET: `sig_${'x'.repeat(30)}`,
    };
    await expect(run('python3', [EXAMPLE, 'BTCUSDT'], { env, timeout: 60_000 })).rejects.toThrow(/401/);
  });
});

/** Closed minutes that rise, the last of them just over, as market-data would seal them. */
async function fill({ servers }: IdentityUnderTest): Promise<void> {
  const connection = await connect(natsOptions(servers.nats.urls['market-data'], 'spec-market-data'));
  const now = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS;
  for (let at = MINUTES; at > 0; at -= 1) {
    const candle = candleAt(now - at * MINUTE_MS, 1_000 - at);
    await connection
      .jetstream()
      .publish(candleSubject(candle.market, candle.symbol), JSON.stringify(candle), {
        msgID: candleMessageId(candle),
      });
  }
  await connection.close();
}
