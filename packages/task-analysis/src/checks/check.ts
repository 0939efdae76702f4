import type { Finding, FindingCode } from '@cc-executor/contracts';
import { tagsOf, withoutTags } from '../classify/tags.ts';
import { visibleText } from '../text/visible-text.ts';
import type { TaskText } from '../classify/classify.ts';
import { asksBack } from './asks-back.ts';
import { interactiveCommand, interactivePrompt } from './interactive.ts';
import { missingEarlier } from './missing-earlier.ts';
import { noResult } from './no-result.ts';
import type { Rule } from './rule.ts';
import { severalJobs } from './several-jobs.ts';
import { tooShort } from './too-short.ts';
import { vague } from './vague.ts';

/** The first finding is reported; those of the last rules are reported in addition. */
const MEANING: readonly (readonly [FindingCode, Rule])[] = [
  ['too_short', tooShort],
  ['missing_earlier', missingEarlier],
  ['vague', vague],
  ['no_result', noResult],
  ['several_jobs', severalJobs],
];
const BESIDE: readonly (readonly [FindingCode, Rule])[] = [
  ['asks_back', asksBack],
  ['interactive', interactivePrompt],
];
const COMMAND: readonly (readonly [FindingCode, Rule])[] = [['interactive', interactiveCommand]];

/** Returns what may be wrong with a task before it runs. The rules know words of some languages, and find nothing in others. */
export function check({ kind, text }: TaskText, earlier: readonly string[]): Finding[] {
  if (kind === 'tool') return [];
  const visible = visibleText(text);
  const bare = withoutTags(visible).trim();
  const found = (rules: readonly (readonly [FindingCode, Rule])[]): Finding[] =>
    rules.flatMap(([code, rule]) => {
      const message = rule(bare, earlier);
      return message === null ? [] : [{ code, message }];
    });
  const faults = tagsOf(visible).faults;
  const tags: Finding[] =
    faults.length === 0
      ? []
      : [{ code: 'contradicting_tags', message: `Its tags don't count: ${faults.join('; ')}.` }];
  if (kind === 'command') return [...found(COMMAND), ...tags];
  return [...found(MEANING).slice(0, 1), ...found(BESIDE), ...tags];
}
