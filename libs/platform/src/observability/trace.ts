/** The trace id of whatever is being worked on, carried over HTTP and NATS headers and into every log line. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';

export const TRACE_HEADER = 'x-trace-id';

interface Trace {
  readonly traceId: string;
}

const storage = new AsyncLocalStorage<Trace>();

/** The current trace id, or a fresh one outside any request. */
export const currentTraceId = (): string => storage.getStore()?.traceId ?? randomUUID();

/** The current trace id, or undefined outside any request. */
export const activeTraceId = (): string | undefined => storage.getStore()?.traceId;

/** Runs `work`, and all that it starts, under `traceId`; one is made if the caller sent none that can be used. */
export const withTrace = <T>(traceId: string | undefined, work: () => T): T =>
  storage.run({ traceId: traceId && /^[A-Za-z0-9_-]{8,64}$/.test(traceId) ? traceId : randomUUID() }, work);
