// Runs before npm or pnpm packs a package of this repository. What would be no right package is refused, with what to do.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');
const { name, private: isPrivate } = JSON.parse(readFileSync('package.json', 'utf8'));
const isPnpm = (process.env['npm_config_user_agent'] ?? '').startsWith('pnpm/');

if (isPrivate)
  refuse(
    `${name} is not published from here: it is a part of the command's package. To pack that, run "npm run build:packages" in the repository, then "npm pack" in packages/cli/dist/cc-executor.`,
  );
else if (!isPnpm)
  refuse(
    `npm would pack ${name} with addresses that only this repository has. Run here instead: npx --yes pnpm@12.21.0 pack`,
  );
else {
  const steps = [
    ['tsc', '-b', 'tsconfig.build.json'],
    ['node', join(ROOT, 'scripts/pack/doc-comments.ts')],
    ...(name === '@cc-executor/sdk' ? [['node', join(ROOT, 'scripts/pack/browser-build.ts')]] : []),
  ];
  const isDone = ([program, ...args]) =>
    spawnSync(join(ROOT, 'node_modules/.bin', program), args, { stdio: ['ignore', 2, 2] }).status === 0;
  if (!steps.every(isDone))
    refuse(`${name} could not be built: run "npm run setup" in the repository, then pack again.`);
}

function refuse(sentence) {
  console.error(sentence);
  process.exitCode = 1;
}
