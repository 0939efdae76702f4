import {
  counted,
  type Report,
  type ReportDone,
  type ReportFailure,
  type ReportNeed,
} from '@cc-executor/contracts';
import { toHtml, toMarkdown, type Block } from '@cc-executor/evidence/page';

/** Tasks that succeeded and are listed by name; the others are counted. */
const DONE_SHOWN = 50;

/** Returns a report for people, as Markdown, or as an HTML page that loads nothing. */
export function reportPage(report: Report, form: 'markdown' | 'html'): string {
  const blocks = blocksOf(report);
  return form === 'html' ? toHtml(`Report: ${report.headline}`, blocks) : toMarkdown(blocks);
}

function blocksOf(report: Report): Block[] {
  const { needs_you, failed, waiting, running, changed, branches, partial } = report;
  return [
    { heading: report.headline, level: 1 },
    { text: `From ${minute(report.since)} to ${minute(report.until)} (UTC).` },
    ...section(
      'What is missing in this report',
      partial.map((sentence) => sentence),
    ),
    ...section(
      'Needs you',
      needs_you.map((need) => `${nameOf(need)}: ${need.sentence} ${need.todo}`),
    ),
    ...(failed.length > 0 ? [{ heading: 'Failed', level: 2 } as const, ...failed.flatMap(failure)] : []),
    ...section(
      'Waiting',
      waiting.map(
        ({ execution_id, title, until, sentence }) =>
          `${title} (${execution_id}): ${sentence}${until === null ? '' : ` Until ${minute(until)} (UTC).`}`,
      ),
    ),
    ...section(
      'Running',
      running.map(
        ({ execution_id, title, status, current_task }) =>
          `${title} (${execution_id}): ${status}${current_task === null ? '' : `, ${current_task}`}`,
      ),
    ),
    ...doneBlocks(report),
    ...section(
      'Changed files',
      changed.map(
        (one) =>
          `${nameOf(one)}: ${String(one.added)} added, ${String(one.changed)} changed, ${String(one.removed)} removed: ${one.paths.join(', ')}`,
      ),
    ),
    ...section(
      'Branches',
      branches.map(
        ({ branch, list, commit, sentence }) =>
          `${branch} (${list}): ${sentence}${commit === null ? '' : ` Its commit is ${commit.slice(0, 12)}.`}`,
      ),
    ),
    { heading: 'Time and cost', level: 2 },
    { head: ['what', 'value'], rows: figures(report) },
  ];
}

function section(heading: string, list: readonly string[]): Block[] {
  return list.length > 0 ? [{ heading, level: 2 }, { list }] : [];
}

function failure(failed: ReportFailure): Block[] {
  const { sentence, proof, news, outcome } = failed;
  const what = [sentence, ...news.map((item) => item.sentence)].join(' ');
  return [
    { heading: nameOf(failed), level: 3 },
    { text: `${outcome === null ? '' : `${outcome.replaceAll('_', ' ')}: `}${what}` },
    ...proof.flatMap((part): Block[] => [
      { text: `${part.title}${part.note === null ? '' : ` (${part.note})`}` },
      ...(part.lines.length > 0 ? [{ verbatim: part.lines.join('\n') }] : []),
    ]),
  ];
}

function doneBlocks({ done, counts }: Report): Block[] {
  if (counts.done === 0) return [];
  const { tests_claimed: claimed, tests_proven: proven } = counts;
  const shown = done.slice(0, DONE_SHOWN);
  return [
    { heading: 'Done', level: 2 },
    {
      text:
        claimed === 0
          ? `${counted(counts.done, 'task')} succeeded. None of them says in a checkable form that tests pass.`
          : `${counted(counts.done, 'task')} succeeded. ${String(claimed)} ${claimed === 1 ? 'says' : 'say'} that tests pass: ${String(proven)} proven by a check, ${String(claimed - proven)} not.`,
    },
    ...(shown.length > 0
      ? [{ head: ['task', 'said', 'known'], rows: shown.map((task) => doneRow(task)) }]
      : []),
    ...(counts.done > shown.length ? [{ text: `And ${String(counts.done - shown.length)} more.` }] : []),
  ];
}

function doneRow(done: ReportDone): string[] {
  const { claim, choice = null, proof, news, warnings } = done;
  const known = [
    ...(choice === null ? [] : [choice]),
    proof,
    ...warnings,
    ...news.map(({ sentence }) => sentence),
  ];
  return [nameOf(done), claim ?? '-', [...new Set(known)].join(' ')];
}

function figures({ times, usage, cost_usd, cost_unknown }: Report): string[][] {
  const tokens = usage && usage.input_tokens + usage.output_tokens;
  const unknown =
    cost_unknown === 0
      ? ''
      : `; not known of ${String(cost_unknown)} ${cost_unknown === 1 ? 'prompt' : 'prompts'}`;
  return [
    ['working', duration(times.working)],
    ['waiting (limits, pauses, retries)', duration(times.waiting)],
    ['queued', duration(times.queued)],
    ['tokens in and out, without the cache', tokens === null ? 'not known' : tokens.toLocaleString('en')],
    [
      'cost, by the estimate of the agent',
      `${cost_usd === null ? 'not known' : `$${cost_usd.toFixed(2)}`}${cost_usd === null ? '' : unknown}`,
    ],
  ];
}

/** Returns what people call it, and the id that commands take. */
function nameOf({
  execution_id,
  list,
  task,
  title,
}: Pick<ReportNeed, 'execution_id' | 'list' | 'task' | 'title'>): string {
  const name = task === null ? title : `${list ?? ''}, task ${String(task)}: ${title}`;
  return execution_id === null || name.includes(execution_id) ? name : `${name} (${execution_id})`;
}

function minute(time: string): string {
  return time.slice(0, 16).replace('T', ' ');
}

function duration(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return minutes < 60
    ? `${String(minutes)} min`
    : `${String(Math.floor(minutes / 60))} h ${String(minutes % 60)} min`;
}
