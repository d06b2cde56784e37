/**
 * No new connection, every answer under way is sent, and each connection is told to end with it; only then may the
 * bus be closed. A client that never finishes is cut off at the end of a limit.
 */
import { FastifyInstance } from 'fastify';
import { ServerResponse } from 'node:http';
import { Socket } from 'node:net';

const LIMIT_MS = 12_000;
const LOOK_AGAIN_MS = 100;

/** Prepares the server; the answer of this is what stops it. */
export function stopGracefully(instance: FastifyInstance): () => Promise<void> {
  let stopping = false;
  // A stream of events has no end of its own.
  const streams = new Set<ServerResponse>();
  const sockets = new Set<Socket>();
  instance.server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  instance.addHook('onRequest', (request, reply, done) => {
    if (request.routeOptions.config.ticket) {
      streams.add(reply.raw);
      reply.raw.once('close', () => streams.delete(reply.raw));
    }
    done();
  });
  instance.addHook('onSend', (_request, reply, _payload, done) => {
    if (stopping) reply.header('connection', 'close');
    done();
  });
  return () =>
    new Promise((resolve) => {
      stopping = true;
      for (const stream of streams) stream.end(() => stream.socket?.destroy());
      const limit = setTimeout(() => sockets.forEach((socket) => socket.destroy()), LIMIT_MS);
      // A connection may fall idle without an answer of ours that could have told it to end.
      const idle = setInterval(() => instance.server.closeIdleConnections(), LOOK_AGAIN_MS);
      instance.server.close(() => {
        clearTimeout(limit);
        clearInterval(idle);
        resolve();
      });
    });
}
