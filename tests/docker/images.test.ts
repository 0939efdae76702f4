import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { bringImages } from './images/build.ts';
import { wordsInImages } from './images/leaks.ts';
import { copyProject } from './images/project-copy.ts';
import { CA_MARK, NPMRC_MARK } from './images/registry-settings.ts';
import { CACHE } from './paths.ts';
import { run } from './run.ts';
import { GROUP_ID, TAG, USER_ID } from './stack/compose.ts';

const setup = inject('setup');
beforeAll(async () => await bringImages(setup));
const SERVICES = ['api', 'gateway', 'worker'];

/** In every image of a service, in a package.json: shows that the archive could be read. */
const CONTROL = '"name": "@cc-executor/contracts"';

const imageOf = (service: string): string => `cc-executor-${service}:${TAG}`;

async function docker(args: string[], { cwd = setup.folder, env = {} } = {}): Promise<string> {
  return await run([setup.docker, ...args], { cwd, env: { DOCKER_HOST: setup.host, ...env } });
}

async function inFresh(image: string, script: string): Promise<string> {
  return await docker(['run', '--rm', '--network', 'none', image, 'sh', '-c', script]);
}

describe('the images that compose built with registry settings in deployment/.build', () => {
  test('keep nothing of them', async () => {
    const images = SERVICES.map(imageOf);
    expect(await wordsInImages(setup, images, [CONTROL, NPMRC_MARK, CA_MARK])).toEqual([CONTROL]);
    for (const image of images)
      expect(await docker(['history', '--no-trunc', image])).not.toMatch(/npmrc|ca\.pem|authToken/);
  });

  test.each(SERVICES)('%s runs as the user of the settings', async (service) => {
    const ids = await inFresh(imageOf(service), 'id -u; id -g');
    expect(ids).toBe(`${String(USER_ID)}\n${String(GROUP_ID)}\n`);
  });

  test('only the worker has the agent', async () => {
    const find = 'find /app/node_modules/.pnpm -maxdepth 1 -name "@anthropic-ai+claude-agent-sdk-linux*"';
    expect(await inFresh(imageOf('worker'), find)).toContain('claude-agent-sdk-linux');
    expect(await inFresh(imageOf('api'), find)).toBe('');
    expect(await inFresh(imageOf('gateway'), find)).toBe('');
  });
});

describe('an image that BuildKit built with registry settings as secrets', () => {
  test('keeps nothing of them, and neither does the one with the packages', async () => {
    const cwd = await copyProject('project-without-settings');
    const secrets = join(CACHE, 'secrets');
    await mkdir(secrets, { recursive: true, mode: 0o700 });
    await writeFile(join(secrets, 'npmrc'), setup.settings.npmrc);
    await writeFile(join(secrets, 'ca.pem'), setup.settings.ca);

    const dependencies = imageOf('dependencies');
    const image = imageOf('api-by-secrets');
    const build = async (file: string, args: string[]): Promise<string> => {
      const where = ['--network', setup.buildNetwork, '--build-arg', `NODE_IMAGE=${setup.baseImage}`];
      const what = ['build', ...where, '-f', `deployment/${file}`, ...args, '.'];
      return await docker(what, { cwd, env: { DOCKER_BUILDKIT: '1' } });
    };
    const given = ['npmrc', 'ca.pem'].flatMap((id) => ['--secret', `id=${id},src=${join(secrets, id)}`]);
    await build('dependencies.Dockerfile', [...given, '-t', dependencies]);
    const target = ['--build-arg', `DEPENDENCIES=${dependencies}`, '--target', 'api'];
    await build('Dockerfile', [...target, '-t', image]);

    const found = await wordsInImages(setup, [image, dependencies], [CONTROL, NPMRC_MARK, CA_MARK]);
    expect(found).toEqual([CONTROL]);
  });
});

test.runIf(process.env['CC_TEST_NIGHTLY'] === '1')(
  'the other agents that CC_EXECUTOR_AGENTS names run in the image of the worker, as its user',
  async () => {
    const image = imageOf('worker-with-agents');
    const args = [`NODE_IMAGE=${setup.baseImage}`, 'CC_EXECUTOR_AGENTS=codex gemini opencode'];
    const options = args.flatMap((arg) => ['--build-arg', arg]);
    const what = ['-f', 'deployment/Dockerfile', '--target', 'worker', ...options, '-t', image, '.'];
    await docker(['build', '--network', setup.buildNetwork, ...what], { env: { DOCKER_BUILDKIT: '1' } });
    for (const agent of ['codex', 'gemini', 'opencode'])
      expect(await inFresh(image, `${agent} --version`)).toMatch(/\d+\.\d+\.\d+/);
    expect(await wordsInImages(setup, [image], [CONTROL, NPMRC_MARK, CA_MARK])).toEqual([CONTROL]);
  },
);
