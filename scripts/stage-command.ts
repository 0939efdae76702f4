import { cp, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { writeSbom } from './dependencies/sbom.ts';

// Puts together what is published as `cc-executor`: the command, and the packages and services that it starts, which
// nobody needs by themselves, as bundled dependencies. `npm run build:packages` compiles them first.

type Address = string | { [condition: string]: Address };

interface Manifest {
  name: string;
  version: string;
  description?: string;
  exports?: string | Record<string, Address>;
  dependencies?: Record<string, string>;
}

const ROOT = join(import.meta.dirname, '..');
const CLI = join(ROOT, 'packages/cli');
const COMPILED = join(CLI, 'dist/js');
const STAGE = join(CLI, 'dist/cc-executor');
const SCOPE = '@cc-executor/';
const { catalog } = parse(await readFile(join(ROOT, 'pnpm-workspace.yaml'), 'utf8')) as {
  catalog: Record<string, string>;
};

await rm(STAGE, { recursive: true, force: true });
const cli = await manifestOf('packages/cli');
const dependencies: Record<string, string> = {};
const bundled = new Set<string>();
await placeSources('packages/cli', join(STAGE, 'dist'));
await take(cli);

// The page, where the API looks for it first.
const page = join(STAGE, 'node_modules', `${SCOPE}api`, 'dist/page/files');
await cp(join(ROOT, 'packages/dashboard/dist'), page, { recursive: true });

for (const file of ['LICENSE', 'packages/cli/README.md', 'docs/reference/task-list.schema.json'])
  await cp(join(ROOT, file), join(STAGE, file.split('/').at(-1) ?? ''));
await writeJson(join(STAGE, 'package.json'), {
  name: 'cc-executor',
  version: cli.version,
  description: cli.description,
  license: 'Apache-2.0',
  type: 'module',
  engines: { node: '>=22.18' },
  bin: { 'cc-executor': 'dist/main.js' },
  exports: { './local': { types: './dist/local.d.ts', default: './dist/local.js' } },
  files: ['dist', 'sbom.cdx.json', 'task-list.schema.json'],
  dependencies: Object.fromEntries(Object.entries(dependencies).toSorted(([a], [b]) => (a < b ? -1 : 1))),
  bundleDependencies: [...bundled].toSorted(),
});
await writeSbom(join(STAGE, 'sbom.cdx.json'));

/** Takes what a package depends on: our own into the bundle, the others by their exact version. */
async function take({ dependencies: wanted = {} }: Manifest): Promise<void> {
  for (const [name, version] of Object.entries(wanted)) {
    if (!name.startsWith(SCOPE)) dependencies[name] = version === 'catalog:' ? fromCatalog(name) : version;
    else if (!bundled.has(name)) await bundle(name);
  }
}

async function bundle(name: string): Promise<void> {
  bundled.add(name);
  const short = name.slice(SCOPE.length);
  const folder = (await readdir(join(ROOT, 'services'))).includes(short) ? 'services' : 'packages';
  const manifest = await manifestOf(`${folder}/${short}`);
  dependencies[name] = manifest.version;
  const target = join(STAGE, 'node_modules', name);
  await placeSources(`${folder}/${short}`, join(target, 'dist'));
  const { version, exports = {} } = manifest;
  const compiled = typeof exports === 'string' ? { '.': exports } : exports;
  await writeJson(join(target, 'package.json'), {
    name,
    version,
    type: 'module',
    exports: Object.fromEntries(Object.entries(compiled).map(([key, path]) => [key, inDist(path)])),
  });
  await take(manifest);
}

/** What was compiled, and beside it what is read as it is. */
async function placeSources(folder: string, target: string): Promise<void> {
  await cp(join(COMPILED, folder, 'src'), target, { recursive: true });
  await cp(join(ROOT, folder, 'src'), target, {
    recursive: true,
    filter: (source) => !source.endsWith('.ts'),
  });
}

/** Of an address that differs by conditions, each one. */
function inDist(path: Address): Address {
  if (typeof path !== 'string')
    return Object.fromEntries(Object.entries(path).map(([condition, one]) => [condition, inDist(one)]));
  return path.replace(/^\.\/src\//, './dist/').replace(/\.ts$/, '.js');
}

function fromCatalog(name: string): string {
  const version = catalog[name];
  if (version === undefined) throw new Error(`The catalog has no ${name}.`);
  return version;
}

async function manifestOf(folder: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(ROOT, folder, 'package.json'), 'utf8')) as Manifest;
}

async function writeJson(path: string, value: unknown): Promise<void> {
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, `${JSON.stringify(value, null, 2)}\n`);
}
