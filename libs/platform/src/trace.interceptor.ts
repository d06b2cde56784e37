/** Takes the trace id off the NATS header, so that everything done for a request is logged under the caller's id. */
import { CallHandler, ExecutionContext, Injectable, NestInterceptor } from '@nestjs/common';
import { NatsContext } from '@nestjs/microservices';
import { MsgHdrs } from 'nats';
import { Observable } from 'rxjs';
import { TRACE_HEADER, withTrace } from './trace';

@Injectable()
export class TraceInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (context.getType() !== 'rpc') return next.handle();
    const headers = context.switchToRpc().getContext<NatsContext>().getHeaders() as MsgHdrs | undefined;
    const traceId = headers?.get(TRACE_HEADER);
    return new Observable((subscriber) => withTrace(traceId, () => next.handle().subscribe(subscriber)));
  }
}
