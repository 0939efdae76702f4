import type { Engine } from '../engine/engine.ts';
import { run } from '../run.ts';
import { composeCommand, type ComposeSetup } from '../stack/compose.ts';

/** Builds the project's images as compose does. An engine of our own keeps one generation of them. */
export async function buildImages(engine: Engine, setup: ComposeSetup): Promise<void> {
  const files = engine.isOwn ? ['tests/docker/stages.test.yml'] : [];
  const { command, options } = composeCommand(setup, { project: 'cc-executor-build', files });
  await run([...command, 'build'], options);
  if (!engine.isOwn) return;
  // Each build of changed sources leaves more than a gigabyte behind.
  await run([engine.tools.docker, 'image', 'prune', '--force'], options);
  await run([engine.tools.docker, 'builder', 'prune', '--force', '--keep-storage', '3GB'], options);
}

/** Builds the image in which tasks run by default. It needs a mirror of Debian. */
export async function buildAgentImage(setup: ComposeSetup): Promise<void> {
  const files = ['docker-compose.sandbox.yml', 'tests/docker/compose-sandbox.test.yml'];
  const { command, options } = composeCommand(setup, { project: 'cc-executor-build', files });
  await run([...command, 'build', 'agent'], options);
}
