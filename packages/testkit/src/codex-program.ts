import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Returns the path of the real Codex. */
export function codexProgram(): string {
  const wrapper = createRequire(import.meta.url).resolve('@openai/codex/bin/codex.js');
  const name = `@openai/codex-${process.platform}-${process.arch}/package.json`;
  const vendor = join(dirname(createRequire(wrapper).resolve(name)), 'vendor');
  const [system = ''] = readdirSync(vendor);
  return join(vendor, system, 'bin/codex');
}
