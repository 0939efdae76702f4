import { build } from 'esbuild';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const SDK = join(import.meta.dirname, '../../packages/sdk');
/** The client as one module without imports, which a page can load as it is. */
const TARGET = join(SDK, 'dist/browser.js');

if (import.meta.main) await buildForBrowsers(TARGET);

/** Writes the TypeScript client as one file for browsers, from its sources. */
export async function buildForBrowsers(target: string): Promise<void> {
  const { name, version, license } = JSON.parse(await readFile(join(SDK, 'package.json'), 'utf8')) as Record<
    string,
    string
  >;
  const { metafile } = await build({
    entryPoints: [join(SDK, 'src/index.ts')],
    outfile: target,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2023',
    banner: {
      js: `/*! ${String(name)} ${String(version)} | ${String(license)} | contains ${await parts()} */`,
    },
    metafile: true,
    logLevel: 'error',
  });
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports);
  if (imports.length > 0)
    throw new Error(`It imports ${imports.map(({ path }) => path).join(', ')}, which a page has not.`);
}

/** Returns what of others is in the file, with the notice that its licence asks for. */
async function parts(): Promise<string> {
  const parser = dirname(createRequire(join(SDK, 'package.json')).resolve('eventsource-parser/package.json'));
  const licence = await readFile(join(parser, 'LICENSE'), 'utf8');
  return `eventsource-parser, ${licence.replace(/\s+/g, ' ').trim()}`;
}
