import { run, succeeds } from '../run.ts';
import { say } from '../say.ts';

/** The program that shows that a package is there, and the package. */
const NEEDED: readonly (readonly [program: string, name: string])[] = [
  ['/usr/sbin/dockerd', 'docker.io'],
  ['docker-compose', 'docker-compose'],
  ['debootstrap', 'debootstrap'],
  ['curl', 'curl'],
];

/** Installs Debian's engine and tools where they are missing; needs root, and says so. */
export async function installPackages(): Promise<void> {
  const missing: string[] = [];
  for (const [program, name] of NEEDED) {
    if (!(await succeeds([program, '--version']))) missing.push(name);
  }
  if (missing.length === 0) return;
  const byHand = `Start Docker, or run: apt-get install ${missing.join(' ')}`;
  if (process.getuid?.() !== 0)
    throw new Error(`Docker does not answer, and installing it needs root. ${byHand}`);
  if (!(await succeeds(['apt-get', '--version'])))
    throw new Error(`Docker does not answer, and this is no Debian. ${byHand}`);
  say(`installing ${missing.join(', ')}`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await run(['apt-get', 'update', '-q'], { env });
  await run(['apt-get', 'install', '-qy', '--no-install-recommends', ...missing], { env });
}
