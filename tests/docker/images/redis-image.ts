import type Docker from 'dockerode';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine } from '../engine/engine.ts';
import { run } from '../run.ts';
import { say } from '../say.ts';
import { hasImage, pullImage } from './engine-images.ts';

/** As the usual image has it: account 999 owns /data. */
const DOCKERFILE = `ARG BASE
FROM \${BASE}
RUN groupadd -g 999 redis && useradd -u 999 -g 999 redis && install -d -o redis -g redis /data \\
 && apt-get update && apt-get install -y --no-install-recommends redis-server
`;

/** The image that docker-compose.yml names, or, where no registry answers, Debian's Redis on our own base image. */
export async function bringRedisImage(
  docker: Docker,
  engine: Engine,
  usual: string,
  base: string,
): Promise<string> {
  if ((await hasImage(docker, usual)) || (await pullImage(docker, usual))) return usual;
  const own = `cc-executor-test-redis:${base.split(':')[1] ?? ''}`;
  if (await hasImage(docker, own)) return own;
  say(`${usual} can't be pulled: making one with Debian's Redis`);
  const folder = await mkdtemp(join(tmpdir(), 'cc-executor-redis-'));
  await writeFile(join(folder, 'Dockerfile'), DOCKERFILE);
  const how = ['--network', engine.buildNetwork, '--build-arg', `BASE=${base}`, '-t', own];
  try {
    await run([engine.tools.docker, 'build', ...how, folder], { env: { DOCKER_HOST: engine.host } });
  } finally {
    await rm(folder, { recursive: true, maxRetries: 10 });
  }
  return own;
}
