import { readFile } from 'node:fs/promises';
import { getCACertificates } from 'node:tls';
import { run } from '../run.ts';

/** In what is given to a build, and in nothing that comes out of it. */
export const NPMRC_MARK = 'mark-of-the-npmrc-that-no-image-keeps';
export const CA_MARK = 'mark-of-the-certificates-that-no-image-keeps';

/** What a registry needs; the rest of an npmrc is about the machine. */
const ABOUT_REGISTRIES = /^\s*((@[^:]+:)?registry|\/\/.+:_?\w+|(https?-|no)?proxy|noproxy|strict-ssl)\s*=/;

export interface RegistrySettings {
  npmrc: string;
  ca: string;
}

/** How this machine reaches its npm registry, in the two files that a build may be given. */
export async function readRegistrySettings(): Promise<RegistrySettings> {
  const lines: string[] = [];
  for (const file of [await npmConfig('globalconfig'), await npmConfig('userconfig')]) {
    const text = await readFile(file, 'utf8').catch(() => '');
    lines.push(...text.split('\n').filter((line) => ABOUT_REGISTRIES.test(line)));
  }
  // Says it even when only an environment variable does.
  lines.push(`registry=${await npmConfig('registry')}`);
  lines.push(`//registry.invalid/:_authToken=${NPMRC_MARK}`);

  const cafile = await npmConfig('cafile');
  const extra = cafile === 'null' ? '' : await readFile(cafile, 'utf8');
  const certificates = new Set([...getCACertificates('default'), ...pems(extra)].map((pem) => pem.trim()));
  return { npmrc: `${lines.join('\n')}\n`, ca: `${[CA_MARK, ...certificates].join('\n')}\n` };
}

async function npmConfig(key: string): Promise<string> {
  return (await run(['npm', 'config', 'get', key])).trim();
}

function pems(text: string): string[] {
  return text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
}
