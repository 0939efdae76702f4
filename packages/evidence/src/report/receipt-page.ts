import type { Receipt, WorkspaceChanges } from '@cc-executor/contracts';
import type { Block } from '../page/block.ts';
import { toMarkdown } from '../page/to-markdown.ts';
import { changeLine, dollars, seconds, titleOf } from './words.ts';
import { wasSeen } from '../verify/account-of.ts';

/** The number of tool calls and changed files that are shown; the receipt has all. */
const SHOWN = 100;

/** Returns a receipt for people, as Markdown. */
export function receiptMarkdown(receipt: Receipt): string {
  const { task, attempt, sent, asked, end, previous } = receipt;
  return toMarkdown([
    { heading: `Task ${String(task)}, attempt ${String(attempt)}: ${titleOf(receipt)}`, level: 1 },
    { head: ['what', 'value'], rows: factsOf(receipt) },
    ...(end.message === null ? [] : [{ text: end.message }]),
    { heading: sent === null ? 'What was asked' : 'What was sent', level: 2 },
    { verbatim: sent?.text ?? asked ?? '' },
    ...(sent === null ? [] : [{ text: `SHA-256 ${sent.sha256}` }]),
    ...(sent !== null && asked !== null
      ? ([{ heading: 'What was asked', level: 2 }, { verbatim: asked }] as const)
      : []),
    ...warningsOf(receipt),
    ...findingsOf(receipt),
    ...checksOf(receipt),
    ...toolsOf(receipt),
    ...changesOf(receipt),
    { heading: 'Files that are kept', level: 2 },
    {
      head: ['file', 'bytes', 'SHA-256'],
      rows: receipt.files.filter(isNotThis).map(({ name, bytes, sha256 }) => [name, String(bytes), sha256]),
    },
    { text: previous === null ? 'It is the first receipt.' : `The receipt before it: ${previous}` },
  ]);
}

/** A page can't have its own hash. */
function isNotThis({ name }: Receipt['files'][number]): boolean {
  return !/^receipt-\d+\.md$/.test(name);
}

function factsOf(receipt: Receipt) {
  const { execution_id, execution_uuid, agent, session, started_at, ended_at, end, begins_with } = receipt;
  const { usage } = end;
  return [
    ['execution', execution_id],
    ['UUID', execution_uuid ?? '-'],
    ['outcome', end.outcome],
    ['exit code', end.exit_code === null ? '-' : String(end.exit_code)],
    ['signal', end.signal ?? '-'],
    ['agent', [agent, end.agent_version].filter(Boolean).join(' ')],
    ['UUID in the answer', end.uuid_proof?.verdict ?? '-'],
    ['model', end.model ?? '-'],
    ['session', session?.id ?? '-'],
    ...(begins_with && begins_with.length > 0
      ? [['began with the work of', `tasks ${begins_with.map(({ task }) => String(task)).join(', ')}`]]
      : []),
    ['started', started_at],
    ['ended', ended_at],
    ['took', seconds(end.execution_time)],
    ['cost', dollars(end.cost_usd)],
    ['tokens', usage === null ? '-' : `${String(usage.input_tokens)} in, ${String(usage.output_tokens)} out`],
  ];
}

function warningsOf({ end: { warnings = [], denials = [] } }: Receipt): Block[] {
  const list = (heading: string, items: string[]): Block[] =>
    items.length === 0 ? [] : [{ heading, level: 2 }, { list: items }];
  return [
    ...list(
      'Warnings',
      warnings.map(({ code, message }) => `${code}: ${message}`),
    ),
    ...list(
      'Tool calls that were denied',
      denials.map(({ tool, what }) => `${tool}: ${what}`),
    ),
  ];
}

function findingsOf({ end }: Receipt): Block[] {
  if (end.findings.length === 0) return [];
  return [{ heading: 'Findings', level: 2 }, { list: end.findings.map(({ message }) => message) }];
}

function checksOf({ end }: Receipt): Block[] {
  if (end.checks.length === 0) return [];
  const rows = end.checks.map(({ command, round, outcome, exit_code }) => [
    command,
    String(round),
    outcome,
    exit_code === null ? '-' : String(exit_code),
  ]);
  return [
    { heading: 'Checks', level: 2 },
    { head: ['check', 'fixes before it', 'outcome', 'exit code'], rows },
  ];
}

function toolsOf({ tool_calls: calls, tool_calls_beyond }: Receipt): Block[] {
  if (calls.length === 0) return [];
  const more = calls.length - SHOWN + tool_calls_beyond;
  return [
    { heading: 'Tools', level: 2 },
    {
      head: ['tool', 'what', 'exit code', 'failed'],
      rows: calls
        .slice(0, SHOWN)
        .map(({ name, what, exit_code, is_error }) => [
          name,
          what,
          exit_code === null ? '-' : String(exit_code),
          is_error === null ? 'not known' : is_error ? 'yes' : 'no',
        ]),
    },
    ...(more > 0 ? [{ text: `And ${String(more)} more.` }] : []),
  ];
}

function changesOf({ workspace, extra_dirs = [], git }: Receipt): Block[] {
  return [
    { heading: 'The workspace', level: 2 },
    ...(workspace === null ? [{ text: 'What changed in it is not known.' }] : changedFiles(workspace)),
    ...(git === null
      ? []
      : [{ text: `Commit ${git.before ?? 'none'} before, ${git.after ?? 'none'} after.` }]),
    ...extra_dirs.flatMap(({ path, changes, why }): Block[] => [
      { heading: `The directory ${path}`, level: 2 },
      ...(changes === null ? [{ text: `It was not read: ${why ?? ''}.` }] : changedFiles(changes)),
    ]),
  ];
}

function changedFiles(all: WorkspaceChanges): Block[] {
  const { added, changed, removed, changes, incomplete } = all;
  const counts = wasSeen(all)
    ? `${String(added)} files added, ${String(changed)} changed, ${String(removed)} removed.`
    : 'What changed in it is not known.';
  const lines = changes.slice(0, SHOWN).map(changeLine);
  const more = added + changed + removed - lines.length;
  return [
    { text: counts },
    ...(lines.length > 0 ? [{ list: more > 0 ? [...lines, `and ${String(more)} more`] : lines }] : []),
    ...(incomplete.length > 0 ? [{ list: incomplete }] : []),
  ];
}
