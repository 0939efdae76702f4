import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { ROOT } from './pnpm.ts';
import { baseImages, withDigest } from './base-images.ts';

// Says of each image that containers are built from whether it is pinned by digest, so that a tag that moves can't change
// what is built:
//   npm run images               lists them
//   npm run images -- --require  fails when one is not pinned
//   npm run images -- --pin      asks their registry for the digests (docker buildx, and a network), and writes them down

const FILES = ['docker-compose.yml', 'deployment/Dockerfile', 'deployment/dependencies.Dockerfile'];
const run = promisify(execFile);
const { values } = parseArgs({
  options: { pin: { type: 'boolean', default: false }, require: { type: 'boolean', default: false } },
});

const digests = new Map<string, string>();
for (const file of FILES) {
  let text = await readFile(join(ROOT, file), 'utf8');
  for (const image of baseImages(text)) {
    if (values.pin) {
      const digest = digests.get(image.name) ?? (await digestOf(image.name));
      digests.set(image.name, digest);
      text = withDigest(text, image.name, digest);
      image.digest = digest;
    }
    console.log(`${file}: ${image.name}: ${image.digest ?? 'NOT PINNED'}`);
    if (image.digest === null && values.require) process.exitCode = 1;
  }
  if (values.pin) await writeFile(join(ROOT, file), text);
}

/** Returns the digest of the list of an image's platforms, so that every architecture has its own below it. */
async function digestOf(name: string): Promise<string> {
  const args = ['buildx', 'imagetools', 'inspect', name, '--format', '{{.Manifest.Digest}}'];
  const digest = (await run('docker', args)).stdout.trim();
  if (!/^sha256:[0-9a-f]{64}$/.test(digest))
    throw new Error(`docker reports no digest of ${name}: ${digest}`);
  return digest;
}
