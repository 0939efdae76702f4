import { readFile } from 'node:fs/promises';
import { pnpm } from './pnpm.ts';

/** What runs where the command is installed, and in containers: the command, and the services that it starts. */
const SHIPPED = [
  '@cc-executor/cli...',
  '@cc-executor/api...',
  '@cc-executor/gateway...',
  '@cc-executor/worker...',
];

/**
 * Writes the list of everything that is shipped or installed with the product, with versions, checksums and licences
 * (CycloneDX 1.6, JSON), from the lockfile. Throws when it has no component.
 */
export async function writeSbom(file: string): Promise<void> {
  const filters = SHIPPED.flatMap((name) => ['--filter', name]);
  const form = ['--sbom-format', 'cyclonedx', '--sbom-spec-version', '1.6', '--sbom-type', 'application'];
  const { code, stderr } = await pnpm(...filters, 'sbom', ...form, '--prod', '--out', file);
  if (code !== 0) throw new Error(`pnpm can't make the SBOM: ${stderr}`);
  const { components } = JSON.parse(await readFile(file, 'utf8')) as { components: unknown[] };
  if (components.length === 0) throw new Error('The SBOM is empty.');
}
