import { rm } from 'node:fs/promises';
import type { TestProject } from 'vitest/node';
import { connect } from './engine/connect.ts';
import { bringEngine } from './engine/engine.ts';
import { bringBaseImage } from './images/base-image.ts';
import { buildAgentImage } from './images/build.ts';
import { defaultImages } from './images/defaults.ts';
import { copyProject } from './images/project-copy.ts';
import { bringRedisImage } from './images/redis-image.ts';
import { readRegistrySettings, type RegistrySettings } from './images/registry-settings.ts';
import { TAG, type ComposeSetup } from './stack/compose.ts';

/** What the test files get from the set-up. */
export interface DockerSetup extends ComposeSetup {
  settings: RegistrySettings;
}

declare module 'vitest' {
  interface ProvidedContext {
    setup: DockerSetup;
  }
}

const isNightly = process.env['CC_TEST_NIGHTLY'] === '1';

/** An engine and base images. The project's own images are built by the first file that needs them. */
export default async function globalSetup(project: TestProject): Promise<() => Promise<void>> {
  const engine = await bringEngine();
  try {
    const docker = connect(engine.host);
    const settings = await readRegistrySettings();
    const folder = await copyProject('project', settings);
    const usual = await defaultImages(folder);
    const baseImage = await bringBaseImage(docker, usual.node);
    const redisImage = await bringRedisImage(docker, engine, usual.redis, baseImage);
    const setup: DockerSetup = {
      host: engine.host,
      compose: engine.tools.compose,
      docker: engine.tools.docker,
      isOwn: engine.isOwn,
      buildNetwork: engine.buildNetwork,
      folder,
      baseImage,
      redisImage,
      settings,
    };
    await rm(`${folder}.built`, { force: true });
    if (isNightly) await buildAgentImage(setup);
    // For end-to-end tests, whose tasks then run in containers.
    process.env['CC_TEST_ENGINE'] = new URL(engine.host).pathname;
    process.env['CC_TEST_IMAGE'] = isNightly ? `cc-executor-agent:${TAG}` : baseImage;
    project.provide('setup', setup);
  } catch (error) {
    await engine.stop();
    throw error;
  }
  return engine.stop;
}
