import { getEventListeners, once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { Foregrounds } from '../src/processes/foregrounds.ts';
import { Session } from '../src/sessions/session.ts';

describe('the foreground of a session', () => {
  it('leaves no listener on the socket for a process that is over', async () => {
    const server = new WebSocketServer({ port: 0 });
    const { port } = server.address() as AddressInfo;
    const client = new WebSocket(`ws://127.0.0.1:${String(port)}`);
    const opened = once(client, 'open');
    const [socket, { socket: wire }] = (await once(server, 'connection')) as [WebSocket, IncomingMessage];
    await opened;
    const session = new Session(socket, wire, null);
    const foregrounds = new Foregrounds({ cancel: async () => undefined, onError: () => undefined });
    const before = getEventListeners(session.closed, 'abort').length;
    for (let i = 0; i < 50; i++) {
      const foreground = foregrounds.begin(session, String(i));
      foregrounds.attach(session, session.id);
      foregrounds.finish(foreground);
    }
    expect(getEventListeners(session.closed, 'abort')).toHaveLength(before);
    client.terminate();
    await new Promise((resolve) => server.close(resolve));
  });
});
