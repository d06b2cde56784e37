/** Failures at the edges: HTTP and bus. Only here is it known what status a kind of failure has. */
import { FailureKind, TradingFailure } from '@elvis/trading';
import { ArgumentsHost, Catch, ExceptionFilter, HttpException } from '@nestjs/common';
import { Observable, throwError } from 'rxjs';
import { Log } from '../observability/logger';
import { activeTraceId } from '../observability/trace';

export const HTTP_STATUS: Readonly<Record<FailureKind, number>> = {
  INVALID: 400,
  UNAUTHORIZED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  REJECTED: 422,
  LIMITED: 429,
  UNAVAILABLE: 503,
  UNKNOWN: 504,
};

/** A failure on the bus: its code survives the crossing, which Nest's own filter would drop. A bug is INTERNAL_FAULT. */
@Catch()
export class BusFailureFilter implements ExceptionFilter {
  constructor(private readonly log: Log) {}

  catch(error: unknown, _host: ArgumentsHost): Observable<never> {
    const { code, message, context, retryAfterMs } = asFailure(error, this.log);
    return throwError(() => ({ code, message, context, retryAfterMs }));
  }
}

/** Whatever was thrown, as a failure; a bug is logged with its stack and told apart from nothing. */
export function asFailure(error: unknown, log: Log): TradingFailure {
  if (error instanceof TradingFailure) return error;
  if (error instanceof HttpException) {
    const status = error.getStatus();
    if (status === 404)
      return new TradingFailure(
        'ROUTE_NOT_FOUND',
        'Not found: this path does not exist, or not with this method. See /docs',
      );
    if (status === 413)
      return new TradingFailure(
        'BODY_TOO_LARGE',
        'The request body is too large; nothing was done. Send less',
      );
    if (status < 500) return new TradingFailure('MESSAGE_MALFORMED', error.message);
  }
  log.error(
    { err: error },
    'A request failed with an unexpected error; this is a bug, please report it with this line',
  );
  return new TradingFailure(
    'INTERNAL_FAULT',
    'Internal error; it is unknown whether the request was executed. If it was an order, look it up before sending it again',
  );
}

export interface ProblemDetails {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly traceId?: string;
  readonly [extension: string]: unknown;
}

/** RFC 9457 problem details of a failure. */
export const problemDetails = (
  { code, kind, message, context }: TradingFailure,
  status = HTTP_STATUS[kind],
): ProblemDetails => ({
  type: `urn:elvis:${code.toLowerCase().replaceAll('_', '-')}`,
  title: code.toLowerCase().replaceAll('_', ' '),
  status,
  detail: message,
  code,
  traceId: activeTraceId(),
  ...(context && { context }),
});
