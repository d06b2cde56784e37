/** Plain signed HTTP for the peers: one keep-alive agent, no limiter, no retry. */
import { createHmac } from 'node:crypto';
import { Agent, request } from 'node:http';

export interface RawReply {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

export class RawHttp {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 256 });
  private offsetMs = 0;

  constructor(
    private readonly origin: URL,
    private readonly apiKey: string,
    private readonly apiSecret: string,
  ) {}

  async learnTime(): Promise<void> {
    const sentAt = Date.now();
    const { body } = await this.send('GET', '/fapi/v1/time');
    const { serverTime } = JSON.parse(body) as { serverTime: number };
    this.offsetMs = serverTime - (sentAt + Date.now()) / 2;
  }

  query(weight: 1 | 5): Promise<RawReply> {
    return this.send('GET', weight === 1 ? '/fapi/v1/ping' : '/fapi/v1/depth?symbol=BTCUSDT&limit=100');
  }

  cancel(): Promise<RawReply> {
    return this.signed('DELETE', '/fapi/v1/order', 'symbol=BTCUSDT&origClientOrderId=never-was');
  }

  private signed(method: string, path: string, query: string): Promise<RawReply> {
    const text = `${query}&recvWindow=5000&timestamp=${Math.floor(Date.now() + this.offsetMs)}`;
    const signature = createHmac('sha256', this.apiSecret).update(text).digest('hex');
    return this.send(method, `${path}?${text}&signature=${signature}`);
  }

  private send(method: string, path: string): Promise<RawReply> {
    const { hostname: host, port } = this.origin;
    return new Promise((resolve) => {
      const call = request(
        { host, port, method, path, agent: this.agent, headers: { 'X-MBX-APIKEY': this.apiKey } },
        (answer) => {
          const text: Buffer[] = [];
          answer.on('data', (chunk: Buffer) => text.push(chunk));
          answer.on('end', () =>
            resolve({
              status: answer.statusCode ?? 0,
              headers: answer.headers,
              body: Buffer.concat(text).toString(),
            }),
          );
        },
      );
      call.on('error', () => resolve({ status: 0, headers: {}, body: '' }));
      call.end();
    });
  }
}

/** What a library without a policy for refusals is given: its worker sleeps as long as it was told, at least a second. */
export const politeWaitMs = ({ status, headers }: Pick<RawReply, 'status' | 'headers'>): number =>
  status === 429 || status === 418 ? Math.max(1_000, Number(headers['retry-after'] ?? 1) * 1_000) : 0;
