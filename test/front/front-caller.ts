/** Calls the Binance front as a client without any library would, and waits for no answer longer than such a client does. */
import { createHmac } from 'node:crypto';
import { FrontKey } from './front-system';

export interface FrontAnswer {
  /** 0: nobody answered. */
  readonly status: number;
  /** Of a refusal. */
  readonly code?: number;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- whatever the front answers
  readonly body: any;
  readonly headers?: Headers;
}

const GIVEN_UP_AFTER_MS = 5_000;

export class FrontCaller {
  constructor(
    private readonly key: FrontKey,
    /** A replica of the front; another one each time, as behind a balancer. */
    private readonly originOf: () => string,
    private readonly givenUpAfterMs = GIVEN_UP_AFTER_MS,
  ) {}

  async call(
    method: string,
    path: string,
    parameters: Readonly<Record<string, string | number>> = {},
    timestamp = Date.now(),
  ): Promise<FrontAnswer> {
    const fields = Object.entries({ recvWindow: 30_000, ...parameters, timestamp });
    const text = new URLSearchParams(
      fields.map(([name, value]): [string, string] => [name, `${value}`]),
    ).toString();
    const signature = createHmac('sha256', this.key.secret).update(text).digest('hex');
    const origin = this.originOf();
    try {
      const answer = await fetch(`${origin}${path}?${text}&signature=${signature}`, {
        method,
        headers: { 'X-MBX-APIKEY': this.key.apiKey },
        signal: AbortSignal.timeout(this.givenUpAfterMs),
      });
      const body = JSON.parse(await answer.text()) as { readonly code?: number };
      return { status: answer.status, headers: answer.headers, ...(!answer.ok && { code: body.code }), body };
    } catch {
      return { status: 0, body: undefined };
    }
  }
}
