/** What the exchange writes on a bad day, word for word. */
import { refusals } from '@elvis/simulation';
import { FaultRule } from '../faults/faults';

interface FaultAnswer {
  readonly status: number;
  readonly body: string;
  readonly type: string;
}

const JSON_TYPE = 'application/json;charset=UTF-8';
const json = (status: number, code: number, msg: string): FaultAnswer => ({
  status,
  body: JSON.stringify({ code, msg }),
  type: JSON_TYPE,
});

const FIREWALL_PAGE = `<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN" "http://www.w3.org/TR/html4/loose.dtd">
<HTML><HEAD><TITLE>ERROR: The request could not be satisfied</TITLE></HEAD>
<BODY><H1>403 ERROR</H1><H2>The request could not be satisfied.</H2><HR>Request blocked.</BODY></HTML>`;

/** The answer that goes with a fault; `limit` is the market's weight limit. */
export function faultAnswer({ kind, code = -1000 }: FaultRule, limit: number): FaultAnswer {
  switch (kind) {
    case 'unknown-error':
      return json(503, code, 'Unknown error, please check your request or try again later.');
    case 'service-unavailable':
      return json(503, code, 'Service Unavailable.');
    case 'overloaded':
      return json(
        503,
        -1008,
        'Request throttled by system-level protection. Reduce-only/close-position orders are exempt. Please try again.',
      );
    case 'gateway-timeout':
      return { status: 408, body: 'Request Timeout', type: 'text/plain' };
    case 'backend-timeout':
      return json(
        503,
        -1007,
        'Timeout waiting for response from backend server. Send status unknown; execution status unknown.',
      );
    case 'unexpected-response':
      return json(
        503,
        -1006,
        'An unexpected response was received from the message bus. Execution status unknown.',
      );
    case 'firewall':
      return { status: 403, body: FIREWALL_PAGE, type: 'text/html' };
    case 'too-many-requests': {
      const refusal = refusals.tooManyRequests(limit);
      return json(refusal.status, refusal.code, refusal.message);
    }
    default:
      return json(503, -1001, 'Internal error; unable to process your request. Please try again.');
  }
}
