import { counted, type Receipt } from '@cc-executor/contracts';
import type { Block } from '../page/block.ts';
import { doneText, wasSeen } from '../verify/account-of.ts';
import { figuresOf } from './first-screen.ts';
import { shownLines } from './kept-text.ts';
import {
  anchorOf,
  answerOf,
  isFailed,
  marksOf,
  nameOf,
  printedBy,
  stateOf,
  whyOf,
  type ReportedTask,
} from './reported-task.ts';
import { capitalized, pathOf, seconds } from './words.ts';

/** The number of changed files of a task that are shown. */
const FILES_SHOWN = 20;
/** The last lines of an output, and of a check. */
const OUTPUT_LINES = 20;
const CHECK_LINES = 40;
const PROMPT_CHARACTERS = 8000;
/** A longer patch is folded. */
const OPEN_LINES = 40;

/** The beginning of what a task changed; null: there was no time or room for it; undefined: there is none. */
type Diff = string | null | undefined;

/** Returns what a task was asked, what it answered and printed, how it was checked and what it changed. */
export function taskPart(task: ReportedTask, diff: Diff): Block {
  const { last, warnings = [], done } = task;
  const list = (heading: string, items: readonly string[]): Block[] =>
    items.length > 0 ? [{ text: `${heading}:` }, { list: items }] : [];
  const heading: Block = { heading: nameOf(task), level: 2, id: anchorOf(task) };
  if (!last)
    return {
      marks: marksOf(task),
      part: [heading, { text: `${capitalized(stateOf(task))}. ${withoutReceipt(task)}` }, ...earlier(task)],
    };
  const figures = [capitalized(stateOf(task)), ...figuresOf(task), ...(done ? [doneText(done)] : [])];
  return {
    marks: marksOf(task),
    part: [
      heading,
      { text: `${figures.join(', ')}.` },
      ...(isFailed(task) || last.end.message !== null ? [{ text: whyOf(last) }] : []),
      ...(task.choice === null ? [] : [{ text: task.choice }]),
      ...(task.taken === false
        ? [{ text: 'Another variant was taken: what this one changed is not in the workspace.' }]
        : []),
      ...list('Warnings', warnings),
      ...list('The answer contradicts what happened', task.findings),
      ...list('Tool calls that were denied', denialsOf(last)),
      { fold: 'What was asked', blocks: [{ verbatim: cut(last.asked ?? last.sent?.text ?? '') }] },
      ...answered(task),
      ...printed(task),
      ...judged(last),
      ...last.end.checks.map(check),
      ...changed(last, diff),
      ...earlier(task),
    ],
  };
}

function withoutReceipt({ attempts, not_run: why }: ReportedTask): string {
  if (attempts === 0) return why ?? 'It was not run.';
  return 'What happened is not known: its receipt is not what was signed.';
}

function cut(text: string): string {
  return text.length > PROMPT_CHARACTERS
    ? `${text.slice(0, PROMPT_CHARACTERS).toWellFormed()}\n… (${String(text.length)} characters in all)`
    : text;
}

function answered(task: ReportedTask): Block[] {
  // A choice is JSON for cc-executor.
  const answer = task.choice === null ? answerOf(task) : null;
  if (answer === null) return [];
  return [
    {
      fold: answer.isWhole ? 'The answer' : 'The end of the answer',
      isOpen: true,
      blocks: [{ verbatim: answer.text }],
    },
  ];
}

/** A prompt prints its answer and the work before it. The work is shown only if it failed. */
function printed(task: ReportedTask): Block[] {
  const answer = answerOf(task);
  if (task.last?.kind === 'prompt' && !isFailed(task) && answer !== null) return [];
  const told = answer && shownLines(answer.text, Infinity);
  return printedBy(task, OUTPUT_LINES)
    .filter(({ text }) => told?.includes(text) !== true)
    .toReversed()
    .map(({ stream, text }) => ({
      fold: `The end of ${stream}`,
      isOpen: true,
      blocks: [{ verbatim: text }],
    }));
}

function judged({ end: { validation, fixes } }: Receipt): Block[] {
  const verdict =
    validation === null
      ? []
      : [
          `${validation.is_valid === null ? 'The answer was not judged' : `The answer was judged ${validation.is_valid ? 'valid' : 'invalid'}`}: ${validation.reason ?? ''}`,
        ];
  const mended = fixes.map(
    ({ round, outcome, message }) =>
      `Fix ${String(round)} for failed checks: ${message ?? outcome.replaceAll('_', ' ')}`,
  );
  const list = [...verdict, ...mended];
  return list.length === 0 ? [] : [{ list }];
}

function check({
  command,
  round,
  outcome,
  message,
  execution_time,
  output_tail,
}: Receipt['end']['checks'][number]): Block {
  const isPassed = outcome === 'completed';
  const after = round === 0 ? '' : ` after ${counted(round, 'fix', 'fixes')}`;
  const how = isPassed ? 'passed' : (message ?? outcome.replaceAll('_', ' '));
  return {
    fold: `The check ${command}${after}, ${seconds(execution_time)}: ${how}`,
    isOpen: !isPassed,
    blocks: [{ verbatim: shownLines(output_tail, CHECK_LINES) ?? '(It printed nothing.)' }],
  };
}

function changed({ workspace, extra_dirs = [] }: Receipt, diff: Diff): Block[] {
  const lists = [
    ['Changed files', workspace] as const,
    ...extra_dirs.map(({ path, changes }) => [`Changed files in ${path}`, changes] as const),
  ].flatMap(([title, changes]): Block[] => {
    if (!changes || !wasSeen(changes)) return [];
    const all = changes.added + changes.changed + changes.removed;
    if (all === 0) return [];
    const lines = changes.changes.slice(0, FILES_SHOWN).map((one) => `${one.change}: ${pathOf(one)}`);
    const more = all > lines.length ? [`and ${String(all - lines.length)} more`] : [];
    return [{ text: `${title}:` }, { list: [...lines, ...more] }];
  });
  if (diff === undefined) return lists;
  if (diff === null)
    return [
      ...lists,
      {
        text: 'The changes are left out: those of other tasks have taken the time or the room for them. "cc-executor diff" shows them.',
      },
    ];
  const isOpen = diff.split('\n').length <= OPEN_LINES;
  const title = diff.endsWith('\n…')
    ? 'The start of the changes ("cc-executor diff" shows all)'
    : 'The changes';
  return [...lists, { fold: title, isOpen, blocks: [{ verbatim: diff, isDiff: true }] }];
}

function denialsOf({ end }: Receipt): string[] {
  return (end.denials ?? []).map(({ tool, what }) => `${tool}: ${what}`);
}

function earlier({ receipts, last }: ReportedTask): Block[] {
  const before = receipts.filter((receipt) => receipt !== last);
  if (before.length === 0) return [];
  const list = before.map((receipt) => `Attempt ${String(receipt.attempt)}: ${whyOf(receipt)}`);
  return [{ text: 'Earlier attempts:' }, { list }];
}
