/**
 * One HTTP exchange with Binance, over `@binance/connector` as the wire. It never repeats a request, never follows a
 * redirect, and lets no key or signed URL out in an error.
 *
 * The connector signs with its own wall clock and parses ids into doubles, so we sign ourselves, hand it the finished
 * query, and read the text it received.
 */
import { Spot } from '@binance/connector';
import { createRequire } from 'node:module';
import { WireAnswer, WireRequest, exchange } from './kept-connections';
import { parseLossless } from '../wire/lossless';
import { BinanceRequest } from '../wire/request';
import { Timing, toQuery, toSignedQuery } from '../wire/signing';

/** The very copy of axios that the connector loads; what it makes for each request is ours to make. */
const axios = createRequire(require.resolve('@binance/connector'))('axios') as {
  create: (each: Omit<WireRequest, 'method' | 'url'>) => {
    request: (what: Pick<WireRequest, 'method' | 'url'>) => Promise<WireAnswer>;
  };
};
axios.create = (each) => ({ request: (what) => exchange({ ...each, ...what }) });

/** What came back, whatever its status. */
export interface BinanceAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, unknown>>;
  /** The body as JSON with ids intact, or undefined where it is no JSON (a firewall's page, a cut answer). */
  readonly body: unknown;
  readonly text: string;
}

/**
 * No answer came. `never-left`: the connection could not even be made. `lost`: it may have arrived.
 * The message holds neither the URL nor the key.
 */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';

  constructor(
    readonly fate: 'never-left' | 'lost',
    readonly reason: string,
  ) {
    super(
      `No answer from Binance (${reason}); the request ${fate === 'never-left' ? 'never left' : 'may have arrived'}`,
    );
  }
}

export interface Credentials {
  readonly apiKey: string;
  readonly apiSecret: string;
}

/** Codes of a connection that was never made, so that nothing can have arrived. */
const NEVER_LEFT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ERR_INVALID_URL',
]);

export class BinanceTransport {
  private readonly wire: Spot;

  /**
   * @param baseUrl   an origin without a path
   * @param timeoutMs how long one request may take before its fate counts as lost
   */
  constructor(
    baseUrl: string,
    private readonly credentials: Credentials,
    timeoutMs: number,
  ) {
    this.wire = new Spot(credentials.apiKey, '', { baseURL: baseUrl, timeout: timeoutMs, logger: silent });
  }

  /**
   * Sends the request once.
   *
   * @param timing needed for a SIGNED request; nothing here reads a clock
   * @throws NoAnswer
   */
  async send(request: BinanceRequest, timing?: Timing): Promise<BinanceAnswer> {
    const query = this.queryOf(request, timing);
    try {
      const { status, headers, data } = await this.wire.publicRequest(
        request.method,
        query === '' ? request.path : `${request.path}?${query}`,
      );
      return { status, headers, body: readBody(data), text: data };
    } catch (error) {
      const code = (error as { code?: string }).code ?? 'no code';
      throw new NoAnswer(NEVER_LEFT.has(code) ? 'never-left' : 'lost', code);
    }
  }

  private queryOf({ parameters, security }: BinanceRequest, timing: Timing | undefined): string {
    if (security !== 'SIGNED') return toQuery(parameters);
    if (!timing)
      throw new Error('A signed request was built without a timestamp and was not sent; this is a bug');
    return toSignedQuery(parameters, timing, this.credentials.apiSecret);
  }
}

const silent = { log: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

function readBody(text: string): unknown {
  try {
    return parseLossless(text);
  } catch {
    return undefined;
  }
}
