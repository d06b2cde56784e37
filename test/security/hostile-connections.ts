/** Connections as a hostile client makes them, from any loopback address, and a good client beside them. */
import { Agent, request } from 'node:http';
import { Socket, connect } from 'node:net';
import { API_KEY, GatewayUnderTest } from '../../apps/gateway/test/gateway-under-test';

export const get = (path: string, ...headers: string[]): string =>
  `GET ${path} HTTP/1.1\r\nHost: x\r\n${headers.map((header) => `${header}\r\n`).join('')}\r\n`;

export const KEY = `X-API-Key: ${API_KEY}`;

export const UPGRADE = [
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
] as const;

/** 1.5 MB each: four of them are more than the buffers of both ends hold, so that every answer behind them waits. */
export const UNREAD = get('/docs/swagger-ui-bundle.js').repeat(4);

/** Sends the bytes and reads nothing until it is told to. */
export async function sendOnly(url: string, bytes: string, localAddress = '127.0.0.1'): Promise<Socket> {
  const socket = connect({
    port: Number(new URL(url).port),
    host: '127.0.0.1',
    localAddress,
    allowHalfOpen: true,
  });
  socket.pause();
  socket.on('error', () => undefined);
  await new Promise<void>((resolve) => {
    socket.once('close', () => resolve());
    socket.once('connect', () => (bytes === '' ? resolve() : socket.write(bytes, () => resolve())));
  });
  return socket;
}

export interface PlainAnswer {
  readonly status: number;
  readonly text: string;
}

/** One request from that address on a connection of its own, unless an agent says otherwise. */
export const callFrom = (
  url: string,
  localAddress: string,
  method: string,
  path: string,
  { body, key = API_KEY, agent }: { body?: object; key?: string | null; agent?: Agent } = {},
): Promise<PlainAnswer> =>
  new Promise((resolve, reject) => {
    const sent = body === undefined ? undefined : JSON.stringify(body);
    const asked = request(
      `${url}${path}`,
      {
        method,
        localAddress,
        agent: agent ?? false,
        headers: {
          ...(key !== null && { 'x-api-key': key }),
          ...(sent !== undefined && { 'content-type': 'application/json', 'content-length': sent.length }),
        },
      },
      (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
        response.on('error', reject);
      },
    );
    asked.on('error', reject);
    asked.end(sent);
  });

/** A figure of the gateway's own port. */
export async function metric({ opsPort }: Pick<GatewayUnderTest, 'opsPort'>, name: string): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${opsPort}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1]);
}
