/**
 * A line to the exchange with the latency of a real one: 15 to 35 ms up, 15 to 25 ms down, one request in a hundred
 * 200 ms more on its way up and one in a thousand 2 s more. A process of its own, so that nobody's loop is charged.
 */
import { Agent, createServer, request } from 'node:http';
import { AddressInfo } from 'node:net';

const upMs = (): number => {
  const chance = Math.random();
  return 15 + Math.random() * 20 + (chance < 0.001 ? 2_000 : chance < 0.011 ? 200 : 0);
};
const downMs = (): number => 15 + Math.random() * 10;

const exchange = new URL(process.argv[2] ?? '');
const agent = new Agent({ keepAlive: true, maxSockets: 1_024 });

const server = createServer((incoming, outgoing) => {
  const body: Buffer[] = [];
  incoming.on('data', (chunk: Buffer) => body.push(chunk));
  incoming.on('end', () => setTimeout(() => forward(Buffer.concat(body)), upMs()));

  const forward = (payload: Buffer): void => {
    const { method, url, headers } = incoming;
    const onward = request(
      {
        host: exchange.hostname,
        port: exchange.port,
        method,
        path: url,
        headers: { ...headers, host: exchange.host },
        agent,
      },
      (answer) => {
        const text: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => text.push(chunk));
        answer.on('end', () =>
          setTimeout(() => {
            const all = Buffer.concat(text);
            const { 'transfer-encoding': _chunked, ...rest } = answer.headers;
            outgoing.writeHead(answer.statusCode ?? 502, { ...rest, 'content-length': all.length }).end(all);
          }, downMs()),
        );
      },
    );
    onward.on('error', () => outgoing.destroy());
    onward.end(payload);
  };
});
server.keepAliveTimeout = 120_000;
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
process.on('disconnect', () => process.exit(0));
