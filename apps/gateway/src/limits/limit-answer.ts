/** What a limited client is told: the RateLimit headers on every answer, and a sentence in its language. */
import { TradingFailure } from '@elvis/trading';
import { FastifyReply, FastifyRequest } from 'fastify';
import { Count } from './ip-limiter';

const MESSAGES = {
  en: 'Too many attempts. Please try again later.',
  tr: 'Çok fazla deneme. Lütfen daha sonra tekrar deneyin.',
} as const;

export function writeLimitHeaders(reply: FastifyReply, { limit, used, resetMs }: Count): void {
  reply.header('ratelimit-limit', `${limit.count}`);
  reply.header('ratelimit-remaining', `${Math.max(0, limit.count - used)}`);
  reply.header('ratelimit-reset', `${seconds(resetMs)}`);
  reply.header('ratelimit-policy', `${limit.count};w=${seconds(limit.windowMs)}`);
}

export function tooMany({ limit, resetMs }: Count, request: FastifyRequest): TradingFailure {
  return new TradingFailure('RATE_LIMITED', MESSAGES[languageOf(request.headers['accept-language'])], {
    retryAfterMs: resetMs,
    context: { endpoint: limit.endpoint, limit: `${limit.count}/${seconds(limit.windowMs)}` },
  });
}

/** Turkish if the client prefers it to English; English otherwise. */
export function languageOf(header: string | undefined): keyof typeof MESSAGES {
  const weightOf = (language: string): number =>
    Math.max(
      0,
      ...(header ?? '')
        .slice(0, 200)
        .toLowerCase()
        .split(',')
        .map((part) => /^\s*([a-z]+)(?:-[a-z0-9]+)*\s*(?:;\s*q=([01](?:\.\d{0,3})?))?\s*$/.exec(part))
        .filter((match) => match?.[1] === language)
        .map((match) => Number(match?.[2] ?? 1)),
    );
  return weightOf('tr') > weightOf('en') ? 'tr' : 'en';
}

/** An IPv6 client owns its whole /64, so that is what is counted. */
export function addressKey(ip: string): string {
  if (ip.startsWith('::ffff:') && ip.includes('.')) return ip.slice('::ffff:'.length);
  if (!ip.includes(':')) return ip;
  const [head = '', tail] = ip.toLowerCase().split('%', 1)[0]?.split('::') ?? [];
  const start = head === '' ? [] : head.split(':');
  const end = tail ? tail.split(':') : [];
  const zeros =
    tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - start.length - end.length) }, () => '0');
  return `${[...start, ...zeros, ...end]
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`;
}

const seconds = (ms: number): number => Math.max(1, Math.ceil(ms / 1_000));
