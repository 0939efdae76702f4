import { waitFor } from '@cc-executor/testkit';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, normalize } from 'node:path';
import { onTestFinished } from 'vitest';

/** What a server of a repository does. `away`: connections break; `slow`: it takes requests and does not answer. */
type Manner = 'serves' | 'away' | 'slow' | 'broken' | 'closed';

/** A repository on loopback, as git clones it by plain HTTP, until the test ends. */
export async function serveRepository(repository: string, begins: Manner) {
  const folder = mkdtempSync(join(tmpdir(), 'cc-served-'));
  execFileSync('git', ['clone', '-q', '--bare', repository, join(folder, 'it.git')]);
  execFileSync('git', ['update-server-info'], { cwd: join(folder, 'it.git') });
  let manner = begins;
  let asked = 0;
  const server = createServer((request, response) => {
    asked += 1;
    if (manner === 'away') request.socket.destroy();
    else if (manner === 'broken') response.writeHead(503).end();
    else if (manner === 'closed') response.writeHead(401, { 'www-authenticate': 'Basic realm="it"' }).end();
    else if (manner === 'serves') {
      const path = normalize(decodeURIComponent((request.url ?? '').split('?')[0] ?? ''));
      try {
        response.end(readFileSync(join(folder, path)));
      } catch {
        response.writeHead(404).end();
      }
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true });
  });
  const connections = async () =>
    await new Promise<number>((resolve, reject) =>
      server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
    );
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/it.git`,
    become: (next: Manner) => {
      manner = next;
    },
    /** Resolves when it was asked again so many times. */
    askedAgain: async (times = 1) => {
      const before = asked;
      await waitFor(() => asked >= before + times, { seconds: 60, what: 'git to ask the server' });
    },
    /** Resolves when no git asks it any more. */
    left: async () => await waitFor(async () => (await connections()) === 0, { what: 'git to be ended' }),
  };
}
