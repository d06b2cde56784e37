import { RequestAudited } from '@elvis/contracts';

/** A record of a request before it is an event. */
export interface AuditEntry {
  readonly actor: string;
  readonly traceId: string;
  readonly request: RequestAudited;
}
