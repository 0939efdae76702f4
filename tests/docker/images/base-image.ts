import type Docker from 'dockerode';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CACHE } from '../paths.ts';
import { run } from '../run.ts';
import { say } from '../say.ts';
import { hasImage, pullImage } from './engine-images.ts';

const SUITE = 'bookworm';
const NPM = '11.19.1';
const OWN = `cc-executor-test-base:${SUITE}-${process.version}-npm${NPM}`;

/** Of this machine, or of no use in a container. */
const NOT_IN_AN_IMAGE = [
  'etc/resolv.conf',
  'etc/hostname',
  'var/cache/apt/archives',
  'var/lib/apt/lists',
  'usr/share/doc',
  'usr/share/man',
  'usr/share/locale',
];

/** The base image of the services: the usual one, or, where no registry answers, a Debian with this Node in it. */
export async function bringBaseImage(docker: Docker, usual: string): Promise<string> {
  if ((await hasImage(docker, usual)) || (await pullImage(docker, usual))) return usual;
  if (await hasImage(docker, OWN)) return OWN;
  if (process.getuid?.() !== 0)
    throw new Error(`${usual} can't be pulled, and making a base image with debootstrap needs root.`);
  say(`${usual} can't be pulled: making a base image with debootstrap`);
  await buildOwn(docker);
  return OWN;
}

async function buildOwn(docker: Docker): Promise<void> {
  await mkdir(CACHE, { recursive: true });
  const root = await mkdtemp(join(CACHE, 'root-'));
  try {
    // Without a mirror's name it takes, and writes down, Debian's public one.
    await run(['debootstrap', '--variant=minbase', SUITE, root]);
    await copyFile(process.execPath, join(root, 'usr/local/bin/node'));
    await run(['npm', 'install', '--global', '--silent', '--prefix', join(root, 'usr/local'), `npm@${NPM}`]);
    for (const path of NOT_IN_AN_IMAGE)
      await rm(join(root, path), { recursive: true, maxRetries: 10, force: true });
    await importFolder(docker, root, OWN);
  } finally {
    await rm(root, { recursive: true, maxRetries: 10, force: true });
  }
}

async function importFolder(docker: Docker, folder: string, name: string): Promise<void> {
  const [repo, tag] = name.split(':');
  const tar = spawn('tar', ['-C', folder, '--numeric-owner', '-c', '.'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(tar, 'exit');
  const answer = await docker.importImage(tar.stdout, { repo, tag });
  answer.resume();
  await once(answer, 'end');
  const [code] = await ended;
  if (code !== 0) throw new Error(`tar of the base image ended with ${String(code)}`);
}
