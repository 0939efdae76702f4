import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '@cc-executor/testkit';
import { CACHE } from '../paths.ts';
import { run, succeeds } from '../run.ts';

/**
 * A dockerd for this run alone. It keeps its images in the cache, touches no firewall rule, bridge or kernel setting
 * of the machine, and ends with this process at the latest. Ports on loopback are published by its own proxy.
 */
export async function startOwnEngine(): Promise<{ host: string; stop: () => Promise<void> }> {
  await mkdir(CACHE, { recursive: true });
  // Short: a socket's path has room for 107 characters.
  const runtime = await mkdtemp(join(tmpdir(), 'cc-executor-docker-'));
  const host = `unix://${join(runtime, 'docker.sock')}`;
  const logFile = join(runtime, 'dockerd.log');
  const log = await open(logFile, 'w');
  const places = ['--host', host, '--exec-root', join(runtime, 'run'), '--data-root', join(CACHE, 'engine')];
  // In the cache: a second engine on the same data refuses to start, and says which process has it.
  const pidfile = ['--pidfile', join(CACHE, 'engine.pid')];
  const untouched = [
    '--bridge=none',
    '--iptables=false',
    '--ip6tables=false',
    '--ip-masq=false',
    '--ip-forward=false',
  ];
  const command = ['/usr/sbin/dockerd', ...places, ...pidfile, ...untouched];
  const dockerd = spawn('/usr/bin/setpriv', ['--pdeathsig', 'TERM', ...command], {
    // Away from the terminal's Ctrl-C, so that the containers can be taken down first.
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  });
  const ended = once(dockerd, 'exit');
  await log.close();

  const stop = async (): Promise<void> => {
    dockerd.kill('SIGTERM');
    await ended;
    // Mounts of networks that were in use when it ended.
    const mounts = await readFile('/proc/self/mounts', 'utf8');
    const left = mounts.split('\n').map((line) => line.split(' ')[1] ?? '');
    for (const path of left.filter((mount) => mount.startsWith(`${runtime}/`)).toReversed())
      await succeeds(['umount', path]);
    await rm(runtime, { recursive: true, maxRetries: 10, force: true });
  };

  try {
    await waitFor(
      async () => {
        if (dockerd.exitCode !== null || dockerd.signalCode !== null)
          throw new Error('dockerd ended at once');
        return await succeeds(['docker', 'info'], { env: { DOCKER_HOST: host } });
      },
      { what: 'dockerd to answer' },
    );
    await removeLeftovers(host);
  } catch (error) {
    const tail = await run(['tail', '-n', '20', logFile]);
    await stop();
    throw new Error(`The engine did not start:\n${tail}`, { cause: error });
  }
  return { host, stop };
}

/** Of a run that was killed: its containers have come back with the engine. */
async function removeLeftovers(host: string): Promise<void> {
  const docker = async (...args: string[]): Promise<string> =>
    await run(['docker', ...args], { env: { DOCKER_HOST: host } });
  const left = (await docker('container', 'ls', '--all', '--quiet')).split('\n').filter(Boolean);
  if (left.length > 0) await docker('container', 'rm', '--force', '--volumes', ...left);
  await docker('network', 'prune', '--force');
  await docker('volume', 'prune', '--force');
}
