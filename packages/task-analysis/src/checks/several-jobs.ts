import type { Category } from '@cc-executor/contracts';
import { promptCategory } from '../classify/category.ts';
import { leadOf } from '../classify/prompt-start.ts';
import { singular } from '../text/words.ts';
import type { Rule } from './rule.ts';
import { orderOf, sentencesOf } from './sentences.ts';
import { subjectOf } from './subject.ts';

/** Work that shares nothing with a project. */
const APART: ReadonlySet<Category> = new Set(['creative', 'calculation', 'explanation']);
/** Words that announce another job. */
const ALSO =
  /\b(?:also|unrelated(?:ly)?|by the way|btw|while you(?:'re| are) at it|as well|additionally|another thing|separately|oh,? and|plus)\b/i;
/** These do not name a separate job: they accompany the previous one. */
const ACCOMPANIES =
  /\b(?:tests?|testing|docs?|documentation|document|readme|changelog|commit|push|run|build|deploy|release|lint|verify|check|report|explain|describe|summar\w+|tell|show|print|list|say|save|it|its|them|they|their|this|that|these|those|result|output|same|both|each|keep|keeping|leave|preserve)\b/i;
/** The steps of a list are one job, by its heading. */
const LIST = /(?:^|\n)[^\S\n]*(?:\d+[.)]|[-*•])\s/;
const MANY = 3;

interface Job {
  text: string;
  words: Set<string>;
  category: Category;
}

/** Finds "fix the login bug and write a poem about spring": jobs without a common word, one of which is not about code. */
export const severalJobs: Rule = (text) => {
  if (LIST.test(text) || text.length > 2000) return null;
  const jobs = jobsOf(text);
  const [first, ...rest] = jobs;
  if (!first) return null;
  const foreign = rest.filter((job) => isForeign(job, jobs));
  const isMix = foreign.some((job) =>
    jobs.some((other) => APART.has(job.category) !== APART.has(other.category)),
  );
  if (!(isMix || (ALSO.test(text) && foreign.length > 0) || foreign.length >= MANY)) return null;
  return `It has ${String(1 + foreign.length)} jobs that share nothing, as "${first.text}" and "${foreign[0]?.text ?? ''}". Make each its own task: if one fails, the others are still done.`;
};

function jobsOf(text: string): Job[] {
  const clauses = sentencesOf(text).flatMap((sentence) =>
    sentence.split(
      /[,;:]\s+(?:and\s+|then\s+|also\s+)*|(?<!\s)\s+and\s+(?:then\s+|also\s+)?|(?<!\s)\s+then\s+/i,
    ),
  );
  return clauses
    .map((clause) =>
      clause
        .replace(
          /^\W*(?:(?:also|plus|additionally|oh|by the way|btw|unrelated|and|then|while you(?:'re| are) at it)\b\W*)+/i,
          '',
        )
        .trim(),
    )
    .filter((clause) => orderOf(clause) !== null)
    .map((clause) => ({
      text: clause.slice(0, 60),
      words: new Set(subjectOf(clause).map(singular)),
      category: promptCategory(clause, leadOf(clause)),
    }));
}

function isForeign(job: Job, jobs: readonly Job[]): boolean {
  if (job.words.size === 0 || ACCOMPANIES.test(job.text)) return false;
  return jobs.every((other) => other === job || ![...other.words].some((word) => job.words.has(word)));
}
