import { ARCHIVE_PATH, ArchiveStatement, CcError, Manifest } from '@cc-executor/contracts';
import { sha256, type Signer } from '@cc-executor/evidence';
import { once } from 'node:events';
import { chmod, mkdir, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import { dirname } from 'node:path';
import type { z } from 'zod';

/** The largest manifest, in bytes: 1,000 tasks with 40 attempts each. */
const MAX_BYTES = 4 * 1024 * 1024;
/** The number of executions that may end at the same time. */
const MAX_CONNECTIONS = 16;

/** Signs requests over a unix socket, which only this user can open. Returns a function that closes it. */
export async function openSigningSocket(
  path: string,
  signer: Signer,
  onError: (error: unknown) => void,
): Promise<() => Promise<void>> {
  await mkdir(dirname(path), { recursive: true });
  // The socket of a killed API.
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
  server.maxConnections = MAX_CONNECTIONS;
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
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw new CcError('INVALID_REQUEST', 'The manifest is too long.');
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  if (request.url === ARCHIVE_PATH) {
    const statement = ArchiveStatement.safeParse(parsed(text));
    if (statement.data) return await signer.signArchive(statement.data);
    throw new CcError('INVALID_REQUEST', `This is not an archive: ${firstOf(statement.error)}`);
  }
  const { data, error } = Manifest.safeParse(parsed(text));
  if (!data) throw new CcError('INVALID_REQUEST', `This is not a manifest: ${firstOf(error)}`);
  return await signer.sign({ value: data, text, sha256: sha256(text) });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function firstOf({ issues: [issue] }: z.ZodError): string {
  return issue ? `${issue.path.join('.')}: ${issue.message}` : '';
}
