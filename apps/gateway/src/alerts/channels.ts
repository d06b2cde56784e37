/** Where alerts and notices go: webhook, Slack, Discord, Telegram and mail, each in its own words and by its own list of kinds. */
import { ALERT_KIND_NAMES, Told, ToldKind } from '@elvis/contracts';
import { createTransport } from 'nodemailer';
import { GatewayConfig } from '../gateway.config';
import { smtpOptions } from '../config/smtp-options';

const TIMEOUT_MS = 1_000;

export interface Channel {
  readonly name: string;
  /** The variable that names it, for messages. */
  readonly variable: string;
  readonly kinds: ReadonlySet<ToldKind>;
  /** Whether the channel has it now. */
  deliver(told: Told): Promise<boolean>;
}

type ChannelSettings = Pick<
  GatewayConfig,
  | 'ALERT_WEBHOOK_URL'
  | 'ALERT_SLACK_URL'
  | 'ALERT_DISCORD_URL'
  | 'ALERT_TELEGRAM_URL'
  | 'ALERT_TELEGRAM_TOKEN'
  | 'ALERT_TELEGRAM_CHAT'
  | 'ALERT_MAIL_TO'
  | 'ALERT_KINDS'
  | 'SMTP_URL'
  | 'SMTP_FROM'
>;

/** Those that are configured, in a fixed order. */
export function channelsOf(settings: ChannelSettings): Channel[] {
  const { ALERT_TELEGRAM_URL, ALERT_TELEGRAM_TOKEN: token, ALERT_TELEGRAM_CHAT: chat } = settings;
  const telegram = token && chat && `${ALERT_TELEGRAM_URL}/bot${token}/sendMessage`;
  const { SMTP_URL, SMTP_FROM, ALERT_MAIL_TO: to } = settings;
  const posts: readonly (readonly [string, string, string | undefined, (told: Told) => object])[] = [
    ['WEBHOOK', 'ALERT_WEBHOOK_URL', settings.ALERT_WEBHOOK_URL, forPrograms],
    ['SLACK', 'ALERT_SLACK_URL', settings.ALERT_SLACK_URL, (told) => ({ text: escaped(sentence(told)) })],
    [
      'DISCORD',
      'ALERT_DISCORD_URL',
      settings.ALERT_DISCORD_URL,
      (told) => ({ content: sentence(told), allowed_mentions: { parse: [] } }),
    ],
    ['TELEGRAM', 'ALERT_TELEGRAM_TOKEN', telegram, (told) => ({ chat_id: chat, text: sentence(told) })],
  ];
  const kindsOf = (name: string): ReadonlySet<ToldKind> =>
    new Set(settings.ALERT_KINDS[name] ?? ALERT_KIND_NAMES);
  return [
    ...posts.flatMap(([name, variable, url, body]): Channel[] =>
      url
        ? [{ name, variable, kinds: kindsOf(name), deliver: (told) => post(url, JSON.stringify(body(told))) }]
        : [],
    ),
    ...(SMTP_URL && to
      ? [
          {
            name: 'MAIL',
            variable: 'ALERT_MAIL_TO',
            kinds: kindsOf('MAIL'),
            deliver: byMail(SMTP_URL, SMTP_FROM, to),
          },
        ]
      : []),
  ];
}

const sentence = ({ text }: Told): string => `Elvis: ${text}`;
const forPrograms = (told: Told): object => {
  const { id, kind, facts } = told;
  return { text: sentence(told), id, kind, facts, time: new Date().toISOString() };
};
/** Slack reads these three as markup. */
const escaped = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

async function post(url: string, body: string): Promise<boolean> {
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await answer.body?.cancel();
    return answer.ok;
  } catch {
    return false;
  }
}

function byMail(url: string, from: string, to: string): Channel['deliver'] {
  const transport = createTransport(smtpOptions(url));
  return async ({ kind, text, facts }) => {
    const lines = Object.entries(facts).map(([name, value]) => `${name}: ${value}`);
    try {
      await transport.sendMail({
        from,
        to,
        subject: `Elvis: ${kind}`,
        text: [text, '', ...lines].join('\n'),
      });
      return true;
    } catch {
      return false;
    }
  };
}
