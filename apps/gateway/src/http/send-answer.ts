import { FastifyReply } from 'fastify';
import { PROBLEM_TYPE } from './failure-answer';

/** Sends an outcome whose status the handler has decided; a refusal travels as problem details. */
export function sendAnswer(reply: FastifyReply, { status, body }: { status: number; body: object }): void {
  if ('code' in body && status >= 400) reply.failureCode = String(body.code);
  void reply
    .code(status)
    .type(status >= 400 ? PROBLEM_TYPE : 'application/json; charset=utf-8')
    .send(body);
}
