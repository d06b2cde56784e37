/**
 * The admin door of the paper exchange, as the client suites may use it through the front: all of it but the 429 that the
 * exchange gives whoever comes next. Here that is a request of Elvis's own, which then rightly sends nothing more for
 * anybody until the window ends, and the suites after it would find everything refused.
 */
import { createServer } from 'node:http';
import { AddressInfo } from 'node:net';

export interface AdminWithout429 {
  readonly url: string;
  close(): void;
}

export async function openAdminWithout429(adminUrl: string): Promise<AdminWithout429> {
  const server = createServer((incoming, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
      const body = Buffer.concat(chunks).toString('utf8');
      if (body.includes('too-many-requests'))
        return response.writeHead(409).end('It would meet Elvis itself');
      const { method = 'GET', url = '/' } = incoming;
      const answer = await fetch(adminUrl + url, { method, ...(method !== 'GET' && { body }) });
      response.writeHead(answer.status).end(await answer.text());
    })().catch((error: Error) => response.writeHead(502).end(error.message));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => void server.close() };
}
