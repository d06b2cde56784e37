/** What cannot be read as HTTP at all gets a short problem and loses its connection. */
import { Socket } from 'node:net';

interface BrokenRequest extends Error {
  readonly code?: string;
}

const STATUS: Readonly<Record<string, readonly [line: string, detail: string]>> = {
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'The headers are too large'],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'The request took too long to arrive'],
};

export function answerBrokenRequest(error: BrokenRequest, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const [line, detail] = STATUS[error.code ?? ''] ?? ['400 Bad Request', 'The request is not valid HTTP'];
  const body = JSON.stringify({
    type: 'urn:elvis:message-malformed',
    title: 'message malformed',
    status: Number(line.slice(0, 3)),
    detail,
    code: 'MESSAGE_MALFORMED',
  });
  socket.end(
    `HTTP/1.1 ${line}\r\ncontent-type: application/problem+json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}
