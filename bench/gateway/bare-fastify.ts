/** The peer: Fastify alone, with answers of the same size and no work behind them. */
import Fastify from 'fastify';
import { AddressInfo } from 'node:net';

const view = { symbol: 'BTCUSDT', bid: '57000.10', ask: '57000.20', mark: '57000.15', ageMs: 12 };

async function main(): Promise<void> {
  const app = Fastify();
  app.get('/api/v1/market/:symbol', () => view);
  app.post('/api/v1/orders', (request, reply) => {
    void reply.code(201);
    return {
      ...(request.body as object),
      clientOrderId: '8d7b1c9e-3f7e-4b44-9a31-0c2f5f1e8a11',
      market: 'futures',
      status: 'NEW',
      filledQuantity: '0',
      decisionId: null,
      createdAt: '2026-01-01T00:00:00.000Z',
      updatedAt: '2026-01-01T00:00:00.000Z',
    };
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  process.send?.({ port: (app.server.address() as AddressInfo).port });
}

void main();
