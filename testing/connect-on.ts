import { Socket, connect } from 'node:net';

/** Connects a caller on to a port of this machine: where one of the two ends, both do. `open` holds those that have not. */
export function connectOn(caller: Socket, port: number, open: Set<Socket>): Socket {
  const server = connect(port, '127.0.0.1');
  for (const socket of [caller, server]) {
    socket.setNoDelay(true);
    open.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      open.delete(socket);
      caller.destroy();
      server.destroy();
    });
  }
  return server;
}
