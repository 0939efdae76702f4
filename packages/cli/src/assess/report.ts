import type { Checked } from './check.ts';
import { version } from '../version.ts';

export interface Assessment {
  started_at: string;
  ended_at: string;
  /** True: it used the user's own model. */
  real: boolean;
  checked: Checked[];
}

/** Counts the checks with each result. */
export function countsOf({ checked }: Assessment): Record<Checked['result'], number> {
  const count = (result: Checked['result']) => checked.filter((one) => one.result === result).length;
  return { passed: count('passed'), failed: count('failed'), skipped: count('skipped') };
}

/** Returns the assessment for people, in Markdown. */
export function reportOf(assessment: Assessment): string {
  const { started_at, ended_at, real, checked } = assessment;
  const { passed, failed, skipped } = countsOf(assessment);
  const rows = checked.map(
    ({ id, title, result, seconds }) => `| ${result} | \`${id}\` | ${title} | ${seconds.toFixed(1)} s |`,
  );
  const faults = checked
    .filter(({ result }) => result === 'failed')
    .map(({ id, title, message }) => `## ${id}\n\n${title}.\n\n\`\`\`text\n${message ?? ''}\n\`\`\``);
  return [
    '# Assessment',
    `${String(passed)} passed, ${String(failed)} failed, ${String(skipped)} skipped; from ${started_at} to ${ended_at}.`,
    `- cc-executor ${version}, Node ${process.version}, ${process.platform} ${process.arch}`,
    `- the model: ${real ? "the user's own" : 'scripted; the agent and its tools are real'}`,
    '- what was sent and received is in `raw`, a file for each check; what the services logged is in `logs`',
    ['| result | check | what must be so | time |', '| --- | --- | --- | --- |', ...rows].join('\n'),
    ...faults,
    '',
  ].join('\n\n');
}
