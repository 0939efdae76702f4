import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { socketPeer, spawnPeer } from '../../turns/peer.ts';
import { runCall } from '../../turns/run-call.ts';
import type { CodexSpec } from './spec.ts';
import { runTurn } from './turn.ts';

// Has Codex work on one prompt.
await runCall(process.env, async (given, options) => {
  const spec = given as CodexSpec;
  return await runTurn(spec, options, async () => {
    if ('socket' in spec) return await socketPeer(spec.socket);
    const { program, home, login } = spec;
    await mkdir(home, { recursive: true, mode: 0o700 });
    if (login !== null) await symlink(login, join(home, 'auth.json')).catch(ignoreExisting);
    return spawnPeer(program, ['app-server'], { ...options.env, CODEX_HOME: home });
  });
});

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}
