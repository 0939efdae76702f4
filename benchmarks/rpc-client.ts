import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { WebSocket } from 'ws';

interface Output {
  type: string;
  data: string;
  encoding?: BufferEncoding;
}
interface Message {
  method?: string;
  params?: Output & { status: string };
  error?: { message: string };
}

/** A client of `/ws/mcp` that runs commands and hashes what they print. */
export async function rpcClient(wsUrl: string) {
  const socket = new WebSocket(`${wsUrl}/ws/mcp`);
  let onMessage: (message: Message) => void = () => undefined;
  socket.on('message', (data: Buffer) => onMessage(JSON.parse(data.toString()) as Message));
  await once(socket, 'message');
  return {
    socket,
    /** From sending the command to its `process.completed`. */
    run: async (command: string, onOutput: (output: Output) => void = () => undefined) => {
      const hash = createHash('sha256');
      const began = performance.now();
      let bytes = 0;
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      onMessage = ({ method, params, error }) => {
        if (error) reject(new Error(error.message));
        if (!params) return;
        if (method === 'process.output') {
          const part = Buffer.from(params.data, params.encoding ?? 'utf8');
          bytes += part.length;
          hash.update(part);
          onOutput(params);
        } else if (method === 'gap') reject(new Error('output was left out'));
        else if (method === 'process.completed') resolve();
      };
      socket.send(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'execute', params: { command } }));
      await promise;
      return { ms: performance.now() - began, bytes, sha256: hash.digest('hex') };
    },
    close: () => socket.close(),
  };
}
