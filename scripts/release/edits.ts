import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where versions are: each package of the workspace, and the Python client. */
const MANIFESTS = '{.,packages/*,services/*}/package.json';
const PYTHON = 'clients/python/src/cc_executor/_version.py';
const VERSION = /^(\d+)\.(\d+)\.(\d+)$/;

/** Returns the version of the workspace. */
export async function versionOf(root: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  return version;
}

/** Returns why a version can't follow another one, as a sentence; null: it can. Both are of three numbers. */
export function refusedVersion(next: string, now: string): string | null {
  const [wanted, known] = [VERSION.exec(next), VERSION.exec(now)];
  if (!wanted) return `"${next}" is not a version: a version has three numbers, as in 1.2.3.`;
  if (!known) throw new Error(`the version now, "${now}", has not three numbers`);
  const place = [1, 2, 3].find((index) => wanted[index] !== known[index]);
  if (place !== undefined && Number(wanted[place]) > Number(known[place])) return null;
  return `${next} does not follow ${now}, the version now.`;
}

/**
 * Returns what the files of a release have in them, by their paths from `root`: the version in every package and in the Python
 * client, and the changes under its name and day. Changes no file. Throws a sentence where nothing was changed since the
 * last release, or a file is not as it is expected.
 */
export async function releaseEdits(
  root: string,
  version: string,
  day: string,
): Promise<ReadonlyMap<string, string>> {
  const edits = new Map<string, string>();
  for await (const manifest of glob(MANIFESTS, { cwd: root })) {
    const text = await readFile(join(root, manifest), 'utf8');
    edits.set(manifest, replaced(text, /^ {2}"version": "[^"]*"/m, `  "version": "${version}"`, manifest));
  }
  const python = await readFile(join(root, PYTHON), 'utf8');
  edits.set(PYTHON, replaced(python, /^__version__ = "[^"]*"/m, `__version__ = "${version}"`, PYTHON));
  const changelog = await readFile(join(root, 'CHANGELOG.md'), 'utf8');
  edits.set('CHANGELOG.md', dated(changelog, version, day));
  return edits;
}

/** Returns the changelog with the unreleased changes under a version and its day. Throws a sentence if there are none. */
function dated(changelog: string, version: string, day: string): string {
  const [, unreleased = ''] = /^## Unreleased\n([^]*?)(?=^## |$(?![^]))/m.exec(changelog) ?? [];
  if (!/^- /m.test(unreleased))
    throw new Error('CHANGELOG.md has nothing under "## Unreleased": there is nothing to release.');
  return replaced(
    changelog,
    /^## Unreleased\n/m,
    `## Unreleased\n\n## ${version} (${day})\n`,
    'CHANGELOG.md',
  );
}

function replaced(text: string, what: RegExp, by: string, file: string): string {
  if (!what.test(text)) throw new Error(`${file} has nothing that matches ${String(what)}.`);
  return text.replace(what, by);
}
