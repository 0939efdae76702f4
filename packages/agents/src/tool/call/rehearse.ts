import type { Transport } from '@modelcontextprotocol/client';
import { callTool } from './call-tool.ts';

const TOOL = { name: 'echo', inputSchema: { type: 'object', properties: { text: { type: 'string' } } } };
const RESULTS: Readonly<Record<string, Record<string, unknown>>> = {
  initialize: {
    protocolVersion: '2025-06-18',
    capabilities: { tools: {} },
    serverInfo: { name: 'rehearsal', version: '1' },
  },
  'tools/list': { tools: [TOOL] },
  'tools/call': { content: [{ type: 'text', text: 'x' }] },
};

/**
 * Makes a call of a tool of a server that is a part of this process, so that a later call finds its code compiled and the
 * schemas of the protocol ready. Resolves with whether the call worked. Never rejects.
 */
export async function rehearse(): Promise<boolean> {
  const nothing = () => undefined;
  const spec = {
    server: { command: 'rehearsal' },
    serverName: 'rehearsal',
    tool: TOOL.name,
    arguments: { text: 'x' },
    startSeconds: 60,
    mostBytes: 1024,
  };
  try {
    const end = await callTool(spec, {
      transport: rehearsalServer(),
      signal: new AbortController().signal,
      onConnected: nothing,
      onProgress: nothing,
      onLife: nothing,
      onAnswer: nothing,
    });
    return end.outcome === 'completed';
  } catch {
    return false;
  }
}

function rehearsalServer(): Transport {
  const server: Transport = {
    start: async () => await Promise.resolve(),
    close: async () => {
      server.onclose?.();
      await Promise.resolve();
    },
    send: async (message) => {
      if (!('id' in message) || !('method' in message)) return;
      const result = RESULTS[message.method];
      await Promise.resolve();
      if (result !== undefined) server.onmessage?.({ jsonrpc: '2.0', id: message.id, result });
    },
  };
  return server;
}
