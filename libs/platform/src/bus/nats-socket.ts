/**
 * The NATS client writes once for every promise that goes on, with a promise and a callback of its own for each. Its
 * transport is given another way to send; a failed write shows as it did before, by the connection that ends.
 */
import { Socket } from 'node:net';
import { NodeTransport } from 'nats/lib/src/node_transport';
import { writeOnceATurn } from './write-once-a-turn';

const prepared = new WeakSet<Socket>();

function send(this: NodeTransport, frame: Uint8Array): void {
  const { socket } = this;
  if (this.isClosed || !socket) return;
  if (!prepared.has(socket)) {
    prepared.add(socket);
    writeOnceATurn(socket);
  }
  socket.write(frame);
}

/** For every connection of this process. */
export function gatherNatsWrites(): void {
  NodeTransport.prototype.send = send;
}
