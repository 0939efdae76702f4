import { pnpm } from './pnpm.ts';

// Fails when something that is installed with the product has a licence that was not looked at.

/** Permissive: they ask for no more than that their text is kept. By SPDX identifier. */
const ALLOWED = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'PSF-2.0',
  'Python-2.0',
  'Unlicense',
]);
/** What has no identifier, and why it may be here all the same. */
const EXCEPTIONS: readonly { name: RegExp; why: string }[] = [
  {
    name: /^@anthropic-ai\/claude-agent-sdk(-|$)/,
    why: "Claude Code: proprietary, used under Anthropic's own terms; installed from the registry, never redistributed",
  },
  {
    name: /^lightningcss(-|$)/,
    why: 'MPL-2.0: a part of Vite, which builds the page; unchanged, and not in what is built',
  },
];

interface Licensed {
  name: string;
  versions: string[];
}

const { code, stdout, stderr } = await pnpm('licenses', 'list', '--recursive', '--prod', '--json');
const byLicence = (code === 0 ? JSON.parse(stdout) : {}) as Record<string, Licensed[]>;
const all = Object.entries(byLicence).flatMap(([licence, packages]) =>
  packages.map(({ name, versions }) => ({ licence, name, versions: versions.join(', ') })),
);
const refused = all.filter(
  ({ licence, name }) => !ALLOWED.has(licence) && !EXCEPTIONS.some((exception) => exception.name.test(name)),
);
for (const { licence, name, versions } of refused)
  console.log(`${name} ${versions}: the licence ${licence} is not one of those that are allowed`);
if (all.length === 0)
  console.log(`licences: NOT CHECKED: nothing is installed, or pnpm can't say\n${stderr}`);
else console.log(`licences: ${String(all.length)} packages, ${String(refused.length)} not allowed`);
if (refused.length > 0 || all.length === 0) process.exitCode = 1;
