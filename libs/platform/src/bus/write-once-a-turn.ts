/**
 * What is written to a socket in one turn of the event loop leaves in one write: each write is a system call, and wakes
 * the process at the other end.
 */
import { Socket } from 'node:net';

export function writeOnceATurn(socket: Socket): void {
  const write = socket.write.bind(socket) as (...given: unknown[]) => boolean;
  let isGathering = false;
  const gather = (...given: unknown[]): boolean => {
    if (!isGathering) {
      isGathering = true;
      socket.cork();
      // After all that is to be done now, for whatever else has arrived too.
      setImmediate(() => {
        isGathering = false;
        socket.uncork();
      });
    }
    return write(...given);
  };
  socket.write = gather;
}
