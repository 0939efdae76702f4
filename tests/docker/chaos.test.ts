import { expect, inject, test } from 'vitest';
import { PROJECT } from './paths.ts';
import { run } from './run.ts';
import { say } from './say.ts';

// Everything is killed, frozen and cut off while lists run in containers, as `npm run chaos` does with processes.

const isNightly = process.env['CC_TEST_NIGHTLY'] === '1';
const setup = inject('setup');

test.runIf(isNightly)(
  'lists in containers lose nothing, whatever is killed',
  async () => {
    const env = {
      CC_TEST_ENGINE: new URL(setup.host).pathname,
      CC_TEST_IMAGE: setup.baseImage,
    };
    const options = ['--faults', '60', '--executions', '30', '--minutes', '20'];
    const printed = await run([process.execPath, 'tests/chaos/start.ts', ...options], { cwd: PROJECT, env });
    say(printed);
    expect(printed).toContain('nothing was lost');
  },
  1_800_000,
);
