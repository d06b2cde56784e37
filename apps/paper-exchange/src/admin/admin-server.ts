/**
 * The admin port: reports, marks, logs and faults. No key is asked, so it listens on loopback alone, and takes nothing
 * from a page that a browser shows: not by its own address, nor by a name that points here.
 */
import { createServer, IncomingMessage, Server, ServerResponse } from 'node:http';
import { AddressInfo } from 'node:net';

export class AdminError extends Error {}

export type AdminArguments = Readonly<Record<string, unknown>>;
/** Answers JSON text or something to be turned into it; nothing means done. */
export type AdminCommand = (args: AdminArguments) => unknown;

export class AdminServer {
  private readonly server: Server;

  constructor(private readonly commands: ReadonlyMap<string, AdminCommand>) {
    this.server = createServer((request, response) => void this.handle(request, response));
  }

  async listen(port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject).listen(port, '127.0.0.1', resolve);
    });
    return (this.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://admin');
    const command = this.commands.get(`${request.method} ${url.pathname}`);
    const reply = (status: number, body: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    };
    const page = pageBehind(request);
    if (page !== undefined) return reply(403, { error: `Requests from web pages are refused: ${page}` });
    if (!command)
      return reply(404, {
        error: 'Unknown command; use one of `commands`',
        commands: [...this.commands.keys()],
      });
    try {
      const body = await bodyOf(request);
      reply(200, (await command({ ...Object.fromEntries(url.searchParams), ...body })) ?? { done: true });
    } catch (error) {
      reply(400, { error: error instanceof AdminError || error instanceof Error ? error.message : 'failed' });
    }
  }
}

const OWN_HOST = /^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/i;

/** Why this looks like the request of a page; undefined for a program. Browsers add what a page cannot leave out. */
function pageBehind({ headers }: IncomingMessage): string | undefined {
  if (headers.origin !== undefined) return 'the Origin header is set';
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'none') return 'Sec-Fetch-Site names another site';
  if (headers.host !== undefined && !OWN_HOST.test(headers.host))
    return 'the Host header does not name this machine';
  return undefined;
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString().trim();
  if (text === '') return {};
  const parsed: unknown = JSON.parse(text);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw new AdminError('The body must be a JSON object');
  return parsed as Record<string, unknown>;
}
