/**
 * No new connection, every answer under way is sent, and each connection is told to end with it; only then may the
 * bus be closed. A client that never finishes is cut off at the end of a limit.
 */
import { FastifyInstance } from 'fastify';

const LIMIT_MS = 15_000;

/** Prepares the server; the answer of this is what stops it. */
export function stopGracefully(instance: FastifyInstance): () => Promise<void> {
  let stopping = false;
  instance.addHook('onSend', (_request, reply, _payload, done) => {
    if (stopping) reply.header('connection', 'close');
    done();
  });
  return () =>
    new Promise((resolve) => {
      stopping = true;
      const limit = setTimeout(() => instance.server.closeAllConnections(), LIMIT_MS);
      instance.server.close(() => {
        clearTimeout(limit);
        resolve();
      });
      instance.server.closeIdleConnections();
    });
}
