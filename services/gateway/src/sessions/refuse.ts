import type { WebSocket } from 'ws';

/** How long a rejected client may take to close, in milliseconds. */
const CLOSE_MS = 1000;

/** Sends a rejected client the reason, and closes its socket, whatever the client does. `code`: RFC 6455, section 7.4. */
export function refuse(socket: WebSocket, frame: string, code: number, reason: string): void {
  socket.send(frame);
  // A reason has at most 123 bytes.
  socket.close(code, reason.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 120));
  const timer = setTimeout(() => socket.terminate(), CLOSE_MS);
  socket.once('close', () => clearTimeout(timer));
}
