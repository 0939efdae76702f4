import { parseArgs } from 'node:util';
import { pnpm } from './pnpm.ts';

// Asks the registry for known vulnerabilities of what is installed with the product:
//   npm run audit               says "not checked" where the registry can't be asked
//   npm run audit -- --require  and fails there
// Fails for a vulnerability of high or critical severity; the others are listed.

interface Advisory {
  module_name: string;
  severity: string;
  title: string;
  url: string;
}
interface Audit {
  advisories?: Record<string, Advisory>;
  metadata?: { vulnerabilities: Record<string, number>; dependencies?: number; totalDependencies?: number };
}

const GRAVE = new Set(['high', 'critical']);
const { values } = parseArgs({ options: { require: { type: 'boolean', default: false } } });

const { stdout, stderr } = await pnpm('audit', '--prod', '--json');
const audit = read(stdout);
if (audit === null) {
  const why =
    /responded with \d+|ENOTFOUND|ECONNREFUSED|ETIMEDOUT/.exec(stderr)?.[0] ?? 'no answer that can be read';
  console.log(`vulnerabilities: NOT CHECKED (the registry's audit: ${why})`);
  if (values.require) process.exitCode = 1;
} else {
  const advisories = Object.values(audit.advisories ?? {});
  for (const { severity, module_name: name, title, url } of advisories)
    console.log(`${severity}: ${name}: ${title} ${url}`);
  const grave = advisories.filter(({ severity }) => GRAVE.has(severity)).length;
  console.log(
    `vulnerabilities: checked, ${String(advisories.length)} known, ${String(grave)} of them high or critical`,
  );
  if (grave > 0) process.exitCode = 1;
}

/** The answer; null for anything that is none, so that an outage can't be taken for a clean bill. */
function read(text: string): Audit | null {
  try {
    const answer = JSON.parse(text) as Audit;
    return answer.metadata === undefined ? null : answer;
  } catch {
    return null;
  }
}
