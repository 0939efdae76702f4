import { StreamableHTTPClientTransport, type JSONRPCMessage } from '@modelcontextprotocol/client';
import { NO_ANSWER } from './no-answer.ts';

type Options = Parameters<StreamableHTTPClientTransport['send']>[1];

/** The connection to a server over HTTP. A request whose stream of events ended without an answer has failed. */
export class HttpTransport extends StreamableHTTPClientTransport {
  override async send(message: JSONRPCMessage | JSONRPCMessage[], options?: Options): Promise<void> {
    const onRequestStreamEnd = () => {
      options?.onRequestStreamEnd?.();
      if (Array.isArray(message) || !('method' in message) || !('id' in message)) return;
      // One that was answered has nobody who waits for this.
      const error = { code: NO_ANSWER, message: 'the stream of its answer ended without one' };
      this.onmessage?.({ jsonrpc: '2.0', id: message.id, error });
    };
    await super.send(message, { ...options, onRequestStreamEnd });
  }
}
