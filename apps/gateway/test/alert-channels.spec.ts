/** What each channel is sent, in its own words, and that it hears of its own kinds alone. */
import { Told, botStopped, noticeOf, orderFilled } from '@elvis/contracts';
import { ConfigError, loadConfig } from '@elvis/platform';
import { Server, createServer } from 'node:http';
import { AddressInfo } from 'node:net';
import { channelsOf } from '../src/alerts/channels';
import { GatewayConfig } from '../src/gateway.config';

const TOKEN = '12345:abcdefghijklmnopqrstuvwxyz';
const told: Told = { id: 'a', kind: 'HALT', text: 'HALTED <by> a & b @everyone', facts: { actor: 'a' } };

describe('the channels of alerts', () => {
  let receiver: Server;
  let origin: string;
  const heard: { path: string; body: Record<string, unknown> }[] = [];
  const config = (settings: Record<string, string>): GatewayConfig =>
    loadConfig(GatewayConfig, { NATS_URL: 'nats://gateway:x@127.0.0.1:4222', ...settings });

  beforeAll(async () => {
    receiver = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString()));
      request.on('end', () => {
        heard.push({ path: request.url ?? '', body: JSON.parse(text) as Record<string, unknown> });
        response.end();
      });
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  });

  afterAll(async () => {
    receiver.closeAllConnections();
    await new Promise((resolve) => receiver.close(resolve));
  });

  it('say the same, each in its own words', async () => {
    const channels = channelsOf(
      config({
        ALERT_WEBHOOK_URL: `${origin}/hook`,
        ALERT_SLACK_URL: `${origin}/slack`,
        ALERT_DISCORD_URL: `${origin}/discord`,
        ALERT_TELEGRAM_URL: origin,
        ALERT_TELEGRAM_TOKEN: TOKEN,
        ALERT_TELEGRAM_CHAT: '-100',
      }),
    );
    expect(channels.map(({ name }) => name)).toEqual(['WEBHOOK', 'SLACK', 'DISCORD', 'TELEGRAM']);
    for (const channel of channels) expect(await channel.deliver(told)).toBe(true);
    const text = 'Elvis: HALTED <by> a & b @everyone';
    expect(heard).toEqual([
      {
        path: '/hook',
        body: expect.objectContaining({ text, id: 'a', kind: 'HALT', facts: { actor: 'a' } }),
      },
      { path: '/slack', body: { text: 'Elvis: HALTED &lt;by&gt; a &amp; b @everyone' } },
      { path: '/discord', body: { content: text, allowed_mentions: { parse: [] } } },
      { path: `/bot${TOKEN}/sendMessage`, body: { chat_id: '-100', text } },
    ]);
  });

  it('hear of every alert and of no notice, or of what their list names', () => {
    const [hook, slack] = channelsOf(
      config({
        ALERT_WEBHOOK_URL: `${origin}/hook`,
        ALERT_SLACK_URL: `${origin}/slack`,
        ALERT_KINDS_SLACK: 'FILL, HALT',
      }),
    );
    expect([hook?.kinds.has('BAN'), hook?.kinds.has('FILL')]).toEqual([true, false]);
    expect([...(slack?.kinds ?? [])]).toEqual(['FILL', 'HALT']);
  });

  it.each([
    [{ ALERT_KINDS_SLACK: 'HALTS' }],
    [{ ALERT_KINDS_PIGEON: 'HALT' }],
    [{ ALERT_TELEGRAM_TOKEN: 'none' }],
    [{ ALERT_MAIL_TO: 'a@b, c@d' }],
  ])('refuse %j', (settings) => {
    expect(() => config(settings as Record<string, string>)).toThrow(ConfigError);
  });

  it('answer that they were not reached', async () => {
    const [channel] = channelsOf(config({ ALERT_DISCORD_URL: 'http://127.0.0.1:1/x' }));
    expect(await channel?.deliver(told)).toBe(false);
  });

  it('tell of fills and of stopped bots where somebody asked for it', () => {
    const order = { clientOrderId: 'c', symbol: 'BTCUSDT', side: 'BUY' };
    const fill = noticeOf({
      id: '1',
      type: orderFilled.type,
      data: { order, fill: { quantity: '0.1', price: '9' } },
    });
    expect(fill).toMatchObject({ id: 'notice-1', kind: 'FILL', text: 'BUY 0.1 BTCUSDT filled at 9 (c)' });
    const bot = { botConfigId: 'b', name: 'First', symbol: 'BTCUSDT', mode: 'flatten', position: '0' };
    expect(noticeOf({ id: '2', type: botStopped.type, data: bot })).toMatchObject({ kind: 'BOT_STOPPED' });
    expect(noticeOf({ id: '3', type: 'elvis.event.other', data: {} })).toBeUndefined();
  });
});
