import { createHash } from 'node:crypto';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';

// Builds the page into dist, unless what is there was built from the same sources. Where that fails, the services run
// as well, and say that the page is not built.

const HERE = join(import.meta.dirname, '..');
const ROOT = join(HERE, '../..');
const DIST = join(HERE, 'dist');
/** What the page is made from. */
const SOURCES = [
  join(HERE, 'index.html'),
  join(HERE, 'package.json'),
  join(HERE, 'src'),
  join(HERE, 'scripts'),
  join(ROOT, 'packages/contracts/src'),
  join(ROOT, 'packages/sdk/src'),
  join(ROOT, 'packages/task-files/src'),
  join(ROOT, 'pnpm-lock.yaml'),
];
const STAMP = '.built';

try {
  const hash = await hashOf(SOURCES);
  const built = await readFile(join(DIST, STAMP), 'utf8').catch(() => null);
  if (built !== hash) await buildPage(hash);
} catch (error) {
  console.error(`The page could not be built: ${(error as Error).message}`);
}

async function buildPage(hash: string): Promise<void> {
  // Built beside, and moved: a process that starts meanwhile reads the whole of the one or of the other.
  const fresh = `${DIST}.${String(process.pid)}`;
  const old = `${fresh}.old`;
  try {
    await bundle(fresh);
    await writeFile(join(fresh, STAMP), hash);
    await rename(DIST, old).catch(() => undefined);
    await rename(fresh, DIST);
  } finally {
    await rm(fresh, { recursive: true, force: true });
    await rm(old, { recursive: true, force: true });
  }
}

/** Bundles what index.html names into `target`, and writes an index.html there that names the results. */
async function bundle(target: string): Promise<void> {
  const { build } = await import('esbuild');
  const page = await readFile(join(HERE, 'index.html'), 'utf8');
  const named = [...page.matchAll(/(?:href|src|content)="\/(src\/[^"]+)"/g)].map(([, path]) => String(path));
  const { metafile } = await build({
    absWorkingDir: HERE,
    entryPoints: named,
    outdir: target,
    entryNames: 'assets/[name]-[hash]',
    chunkNames: 'assets/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    minify: true,
    target: 'es2023',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    // virtua is written for React; preact's own compatibility layer stands in for it.
    alias: {
      react: 'preact/compat',
      'react-dom': 'preact/compat',
      'react/jsx-runtime': 'preact/jsx-runtime',
    },
    loader: { '.svg': 'copy' },
    metafile: true,
    // What fails is thrown; the rest concerns nobody who starts the services.
    logLevel: 'silent',
  });
  const built = Object.entries(metafile.outputs).map(
    ([path, { entryPoint }]) => [entryPoint, relative(target, resolve(HERE, path))] as const,
  );
  const names = new Map(built);
  const filled = named.reduce(
    (text, path) => text.replace(`"/${path}"`, `"/${String(names.get(path))}"`),
    page,
  );
  await writeFile(join(target, 'index.html'), filled);
}

async function hashOf(paths: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const path of paths)
    for (const file of await filesBelow(path))
      hash.update(`${file.slice(ROOT.length)}\0`).update(await readFile(file));
  return hash.digest('hex');
}

/** The files below a folder, or the file itself, in a fixed order. */
async function filesBelow(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true, recursive: true }).catch(() => null);
  if (entries === null) return [path];
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}
