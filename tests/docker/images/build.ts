import { access, writeFile } from 'node:fs/promises';
import { delimiter, dirname } from 'node:path';
import { run } from '../run.ts';
import { say } from '../say.ts';
import { composeCommand, type ComposeSetup } from '../stack/compose.ts';

const isNightly = process.env['CC_TEST_NIGHTLY'] === '1';

/** Builds the project's images unless another file of this run has done so. Files run one after the other. */
export async function bringImages(setup: ComposeSetup): Promise<void> {
  const mark = `${setup.folder}.built`;
  const isBuilt = await access(mark).then(
    () => true,
    () => false,
  );
  if (isBuilt) return;
  say('building the images with compose');
  await buildImages(setup);
  await writeFile(mark, '');
  say('images are ready');
}

/**
 * Builds the project's images as compose does: by BuildKit, which needs a fraction of the time, and each night by the older
 * builder. Our own engine keeps one generation of them.
 */
async function buildImages(setup: ComposeSetup): Promise<void> {
  const { docker, isOwn } = setup;
  const files = isOwn && isNightly ? ['tests/docker/stages.test.yml'] : [];
  const env = builder(docker, { isOlder: isNightly });
  const { command, options } = composeCommand(setup, { project: 'cc-executor-build', files, env });
  await run([...command, 'build'], options);
  if (!isOwn) return;
  // Each build of changed sources leaves more than a gigabyte behind.
  await run([docker, 'image', 'prune', '--force'], options);
  await run([docker, 'builder', 'prune', '--force', '--keep-storage', '3GB'], options);
}

/** Builds the image in which tasks run by default. It needs a mirror of Debian. */
export async function buildAgentImage(setup: ComposeSetup): Promise<void> {
  const files = ['docker-compose.sandbox.yml', 'tests/docker/compose-sandbox.test.yml'];
  const env = builder(setup.docker);
  const { command, options } = composeCommand(setup, { project: 'cc-executor-build', files, env });
  await run([...command, 'build', 'agent'], options);
}

/** The variables that choose the builder. The older one builds also the stages that an image does not need. */
function builder(docker: string, { isOlder = false } = {}): Record<string, string> {
  const switched = isOlder ? '0' : '1';
  return {
    DOCKER_BUILDKIT: switched,
    // The older compose calls the client that it finds.
    COMPOSE_DOCKER_CLI_BUILD: switched,
    PATH: [dirname(docker), process.env['PATH'] ?? ''].join(delimiter),
  };
}
