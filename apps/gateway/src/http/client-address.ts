/**
 * The address a request came from, as a proxy that is trusted says it; text that is no address is not believed, and the
 * proxy's own address stands instead. Everything that counts, records or shows an address reads `request.ip`.
 */
import { FastifyRequest } from 'fastify';
import { isIP } from 'node:net';

/** `203.0.113.7:4711` and `[2001:db8::1]:4711`, as some proxies write it. */
const WITH_PORT = /^(?:\[([0-9a-f:.]+)\]|(\d{1,3}(?:\.\d{1,3}){3}))(?::\d{1,5})?$/i;

function addressOf(told: string, socketAddress: string | undefined): string {
  const bare = WITH_PORT.exec(told);
  const address = bare?.[1] ?? bare?.[2] ?? told.split('%')[0] ?? '';
  return isIP(address) ? address : (socketAddress ?? '0.0.0.0');
}

export function fixAddress(request: FastifyRequest): void {
  const value = addressOf(request.ip, request.socket.remoteAddress);
  if (value !== request.ip) Object.defineProperty(request, 'ip', { value });
}
