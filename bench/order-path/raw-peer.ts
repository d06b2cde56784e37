/** The other side of the raw hops, in a process of its own: answers HTTP posts and NATS requests with what it got. */
import { createServer } from 'node:http';
import { AddressInfo } from 'node:net';
import { connect } from 'nats';

async function main(): Promise<void> {
  const http = createServer((request, response) => {
    request.resume();
    request.on('end', () =>
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}'),
    );
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const nats = await connect({ servers: process.argv[2] });
  nats.subscribe('raw.echo', { callback: (_error, message) => void message.respond(message.data) });
  await nats.flush();
  process.send?.({ port: (http.address() as AddressInfo).port });
}

void main();
