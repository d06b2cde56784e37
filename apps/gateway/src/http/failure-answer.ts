/** Every failure as problem details (RFC 9457): the one place where the gateway turns an error into an answer. */
import { HTTP_STATUS, Log, asFailure, problemDetails } from '@elvis/platform';
import { FailureCode, TradingFailure } from '@elvis/trading';
import { ArgumentsHost, Catch, ExceptionFilter, HttpException } from '@nestjs/common';
import { FastifyReply, FastifyRequest } from 'fastify';
import { discardBody } from './request-body';

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';
const DEFAULT_RETRY_AFTER_MS = 1_000;

/** Where the status says more than the kind of failure does. */
const STATUS_OF: Partial<Record<FailureCode, number>> = {
  BODY_TOO_LARGE: 413,
  MEDIA_TYPE_UNSUPPORTED: 415,
  INTERNAL_FAULT: 500,
};

@Catch()
export class FailureAnswer implements ExceptionFilter {
  constructor(private readonly log: Log) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    answerFailure(this.failureOf(error), http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  private failureOf(error: unknown): TradingFailure {
    if (error instanceof HttpException && error.getStatus() === 415) {
      return new TradingFailure(
        'MEDIA_TYPE_UNSUPPORTED',
        'The content type of the body is not supported; send it as application/json',
      );
    }
    return asFailure(error, this.log);
  }
}

/** Sends the failure; where the body is still arriving, it is read to its end so that the answer arrives too. */
export function answerFailure(failure: TradingFailure, request: FastifyRequest, reply: FastifyReply): void {
  reply.failureCode = failure.code;
  const status = STATUS_OF[failure.code] ?? HTTP_STATUS[failure.kind];
  if (status === 429 || status === 503) {
    reply.header('retry-after', retryAfterSeconds(failure));
  }
  if (status === 401) reply.header('www-authenticate', 'ApiKey header="X-API-Key"');
  if (!request.raw.complete) {
    reply.removeHeader('connection');
    discardBody(request.raw);
  }
  void reply
    .code(status)
    .type(PROBLEM_TYPE)
    .send({ ...problemDetails(failure, status), traceId: request.traceId });
}

export const retryAfterSeconds = ({ retryAfterMs = DEFAULT_RETRY_AFTER_MS }: TradingFailure): string =>
  `${Math.max(1, Math.ceil(retryAfterMs / 1_000))}`;
