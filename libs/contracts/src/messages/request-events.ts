/** Who asked the gateway to change something, and who was refused at its door. Never a body, a header or a secret. */
import { event } from './contract';

export class RequestAudited {
  readonly method!: string;
  /** The pattern of the route, such as `/api/v1/orders/:id`; null where there is none at that address. */
  readonly route!: string | null;
  /** What it was about: the id in the address, or the client order id of a new order. */
  readonly target!: string | null;
  readonly remoteIp!: string;
  readonly outcome!: 'done' | 'refused' | 'failed';
  readonly status!: number;
  /** The stable code of a refusal or failure. */
  readonly code!: string | null;
  readonly receivedAtMs!: number;
  /** Of nobody's refused requests: so many of that address within a minute, of which this is the first; one if absent. */
  readonly count?: number;
  /** When the last of them came. */
  readonly lastAtMs?: number;
  readonly durationMs!: number;
}

/** The actor in the envelope is `nobody` where the request showed no good key. */
export const requestAudited = event('elvis.event.request.audited', RequestAudited);
