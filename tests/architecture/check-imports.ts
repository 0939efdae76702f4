import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

// Checks what imports what, and that the check can fail: every rule must find its planted violation.
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PLANTED = fileURLToPath(new URL('planted', import.meta.url));
const CONFIG = `${ROOT}.dependency-cruiser.cjs`;

interface Report {
  summary: { totalCruised: number; violations: { rule: { name: string }; from: string; to: string }[] };
}

function cruise(cwd: string): Report['summary'] {
  const args = ['packages', 'services', '--config', CONFIG, '--output-type', 'json'];
  const { stdout, stderr } = spawnSync('depcruise', args, {
    cwd,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  try {
    return (JSON.parse(stdout) as Report).summary;
  } catch {
    throw new Error(`dependency-cruiser gave no report: ${stderr || stdout}`);
  }
}

function environmentReaders(folder: string): string[] {
  const args = ['--config', `${ROOT}.oxlintrc.json`, '--no-ignore', '--format', 'json', folder];
  const { stdout } = spawnSync('oxlint', args, { cwd: ROOT, encoding: 'utf8' });
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: { code: string; filename: string }[] };
  return diagnostics.filter(({ code }) => code.includes('no-process-env')).map(({ filename }) => filename);
}

const { default: config } = (await import(CONFIG)) as { default: { forbidden: { name: string }[] } };
const rules = config.forbidden.map(({ name }) => name);
const planted = new Set(cruise(PLANTED).violations.map(({ rule }) => rule.name));
const blind = rules.filter((name) => !planted.has(name));
if (environmentReaders(PLANTED).length === 0) blind.push('the environment is read in main.ts only');
const { totalCruised, violations } = cruise(ROOT);

for (const name of blind)
  console.error(`The rule "${name}" did not find its planted violation: it can't fail.`);
for (const { rule, from, to } of violations) console.error(`${rule.name}: ${from} imports ${to}`);
if (totalCruised === 0) console.error('No module was read.');
process.exitCode = blind.length + violations.length > 0 || totalCruised === 0 ? 1 : 0;
if (process.exitCode === 0)
  console.log(`imports: ${String(rules.length + 1)} rules hold in ${String(totalCruised)} modules`);
