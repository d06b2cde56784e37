/** `npm run alert -- test`: tells every channel that the environment configures one alert of no consequence, and which had it. */
import { Told } from '@elvis/contracts';
import { ConfigError, loadConfig } from '@elvis/platform';
import { PickType } from '@nestjs/mapped-types';
import { channelsOf } from '../alerts/channels';
import { GatewayConfig } from '../gateway.config';

class ChannelConfig extends PickType(GatewayConfig, [
  'ALERT_WEBHOOK_URL',
  'ALERT_SLACK_URL',
  'ALERT_DISCORD_URL',
  'ALERT_TELEGRAM_URL',
  'ALERT_TELEGRAM_TOKEN',
  'ALERT_TELEGRAM_CHAT',
  'ALERT_MAIL_TO',
  'ALERT_KINDS',
  'SMTP_URL',
  'SMTP_FROM',
] as const) {}

const TRIAL: Told = {
  id: 'alert-test',
  kind: 'HALT',
  text: 'This is a test of the alerts; nothing has happened',
  facts: { test: 'yes' },
};

export async function operate({ args: [verb] }: { readonly args: readonly string[] }): Promise<number> {
  if (verb !== 'test') {
    console.error('usage: npm run alert -- test');
    return 64;
  }
  try {
    const channels = channelsOf(loadConfig(ChannelConfig));
    if (channels.length === 0) {
      console.error('No channel is configured; set one of the ALERT_ variables of .env.example');
      return 1;
    }
    let failed = 0;
    for (const channel of channels) {
      const isSent = await channel.deliver(TRIAL);
      if (!isSent) failed += 1;
      console.log(`${isSent ? 'sent  ' : 'FAILED'} ${channel.name.toLowerCase()} (${channel.variable})`);
    }
    return failed === 0 ? 0 : 1;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(error.message);
    return 78;
  }
}
