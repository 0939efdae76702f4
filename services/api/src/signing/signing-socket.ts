import { CcError, Statement } from '@cc-executor/contracts';
import type { Signer } from '@cc-executor/evidence';
import { once } from 'node:events';
import { chmod, mkdir, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import { dirname } from 'node:path';

/** No statement is longer, in bytes. */
const MAX_BYTES = 4096;

/** Signs what comes over a unix socket, which this user alone can open; gives what closes it. */
export async function openSigningSocket(
  path: string,
  signer: Signer,
  onError: (error: unknown) => void,
): Promise<() => Promise<void>> {
  await mkdir(dirname(path), { recursive: true });
  // One that is left of an API that was killed.
  await rm(path, { force: true });
  const server = createServer((request, response) => {
    void answerTo(request, signer).then(
      (answer) => response.setHeader('content-type', 'application/json').end(JSON.stringify(answer)),
      (error: unknown) => {
        const isRefusal = error instanceof CcError;
        if (!isRefusal) onError(error);
        response.statusCode = isRefusal ? 409 : 500;
        response.end(isRefusal ? error.message : 'It could not be signed.');
      },
    );
  });
  server.listen(path);
  await once(server, 'listening');
  await chmod(path, 0o600);
  return async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
}

async function answerTo(request: IncomingMessage, signer: Signer) {
  let body = '';
  for await (const chunk of request) {
    body += String(chunk);
    if (body.length > MAX_BYTES) throw new CcError('INVALID_REQUEST', 'The statement is too long.');
  }
  const { data, error } = Statement.safeParse(parsed(body));
  if (!data) throw new CcError('INVALID_REQUEST', `This is no statement: ${error.message}`);
  return await signer.sign(data);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
