/** JSON logs through pino. Secrets are redacted by name, at any of the depths we log at. */
import { LoggerService } from '@nestjs/common';
import { pino, Logger as PinoLogger } from 'pino';
import { activeTraceId } from './trace';

const SECRET_NAMES = [
  'apiKey',
  'apiSecret',
  'secret',
  'password',
  'token',
  'authorization',
  'signature',
  'listenKey',
  '["x-api-key"]',
  '["X-API-Key"]',
  '["X-MBX-APIKEY"]',
];
const paths = SECRET_NAMES.flatMap((name) => {
  const at = (parent: string): string => (name.startsWith('[') ? `${parent}${name}` : `${parent}.${name}`);
  return [name, at('*'), at('*.*')];
});

export type Log = PinoLogger;

/** The root log of a service; everything it writes names the service, the replica, the pod where there is one, and the trace. */
export const createLog = (service: string, replica: number, level: string, pod?: string): Log =>
  pino({
    level,
    base: { service, replica, ...(pod !== undefined && { pod }) },
    redact: { paths, censor: '[redacted]' },
    formatters: { level: (label) => ({ level: label }) },
    timestamp: pino.stdTimeFunctions.isoTime,
    mixin: () => {
      const traceId = activeTraceId();
      return traceId ? { traceId } : {};
    },
  });

/** Nest's own messages, in the same stream. What Nest calls `log` (every module and route) is detail to an operator. */
export class NestLog implements LoggerService {
  constructor(private readonly sink: Log) {}

  verbose(message: unknown, context?: unknown): void {
    this.sink.trace({ context }, asText(message));
  }
  debug(message: unknown, context?: unknown): void {
    this.sink.debug({ context }, asText(message));
  }
  log(message: unknown, context?: unknown): void {
    this.sink.debug({ context }, asText(message));
  }
  warn(message: unknown, context?: unknown): void {
    this.sink.warn({ context }, asText(message));
  }
  error(message: unknown, ...rest: unknown[]): void {
    this.sink.error({ detail: rest }, asText(message));
  }
  fatal(message: unknown, ...rest: unknown[]): void {
    this.sink.fatal({ detail: rest }, asText(message));
  }
}

const asText = (message: unknown): string =>
  typeof message === 'string' ? message : JSON.stringify(message);
