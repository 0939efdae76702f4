import { parseSync, Visitor } from 'oxc-parser';
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// Checks that documents, comments, messages and names of tests use plain technical English: none of the words and phrases that are wrong everywhere.
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FILES = [
  'ARCHITECTURE.md',
  'README.md',
  'SECURITY.md',
  'CHANGELOG.md',
  'clients/python/README.md',
  'CONTRIBUTING.md',
  'docs/troubleshooting.md',
  'docs/guides/*.md',
  'docs/decisions/*.md',
];

/** Only the comments and the texts of these are read. */
const SOURCES = ['packages/*/src/**/*.{ts,tsx}', 'services/*/src/**/*.ts'];
/** Only the names of the tests in these. */
const TESTS = ['{packages,services}/*/test/**/*.test.ts', 'tests/**/*.test.ts'];

/** What to write instead of each word or phrase. Only what is wrong in every sentence belongs in here. */
const INSTEAD: Readonly<Record<string, string>> = {
  anew: 'again',
  'once more': 'again',
  whoever: 'the process that, anyone who',
  'to be had': 'available',
  'can be had': 'is available',
  'gone on with': 'resumed, continued',
  'goes on with': 'resumes, continues',
  'go on with': 'resume, continue',
  'belongs into': 'belongs in',
  'belong into': 'belong in',
  'holds up': 'blocks',
  'hold up': 'block',
  'gives back': 'releases, returns',
  'gives the slot back': 'releases the slot',
  'is told': 'receives, is reported',
  'are told': 'receive, are reported',
  told: 'reported, returned, logged',
  'it is no folder': 'is not a folder',
  'it is no file': 'is not a file',
  'comes of it': 'the result',
  'is made again': 'is rebuilt, is retried',
  'a thread of its own': 'its own thread',
  'a process of its own': 'its own process',
  'a session of its own': 'its own session',
  'a server of its own': 'its own server',
  'a workspace of its own': 'its own workspace',
  'a folder of its own': 'its own folder',
  'a container of its own': 'its own container',
  'a socket of its own': 'its own socket',
  'a connection of its own': 'its own connection',
  'a proxy of its own': 'its own proxy',
  'goes on': 'continues',
  'went on': 'continued',
  'without a word': 'by default, silently',
  'stays so': 'does not change',
  'stands still': 'is paused, is stopped, does not change',
  'stand still': 'are paused, are stopped',
  'handed back': 'released',
  'taken for': 'used as, mistaken for',
  learnt: 'learned',
  'what came of': 'the result of',
  'what became of': 'the result of',
  tells: 'reports, distinguishes',
  'can not': 'cannot',
  mend: 'fix, correct',
  mends: 'fixes, corrects',
  mended: 'fixed, corrected',
  'are to be included': 'match, are included',
  'means nothing here': 'has no effect here',
};
/** A comment that begins with one of these says what a thing does in a clause in place of its name. */
const BEGINNINGS: Readonly<Record<string, string>> = {
  what: 'a noun ("The hosts that …") or a verb ("Returns …")',
  so: '"The number of …" or "The maximum size of …"',
};
const PHRASES = Object.entries(INSTEAD).map(([phrase, instead]) => ({
  phrase,
  instead,
  words: phrase.split(' '),
}));

/** Returns the words and marks of one document with the lines on which they stand. Code and headings are skipped. */
function wordsOf(text: string): { word: string; line: number }[] {
  let isCode = false;
  return text.split('\n').flatMap((content, index) => {
    const isFence = content.trimStart().startsWith('```');
    if (isFence) isCode = !isCode;
    if (isFence || isCode || content.startsWith('#')) return [];
    const prose = content.replace(/`[^`]*`/g, '`');
    const words = prose.toLowerCase().match(/[a-z']+|[^\sa-z']/g) ?? [];
    return words.map((word) => ({ word, line: index + 1 }));
  });
}

/** Returns a sentence for each wrong word or phrase of one document; a phrase may continue on the next line. */
function faultsOf(file: string, text: string): string[] {
  const found = wordsOf(text);
  return found.flatMap(({ line }, at) =>
    PHRASES.filter(({ words }) => words.every((word, index) => found[at + index]?.word === word)).map(
      ({ phrase, instead }) => `${file}:${String(line)}: "${phrase}"; write "${instead}".`,
    ),
  );
}

/** Returns a sentence for each documentation comment of a source that begins with a wrong word. */
function beginningsOf(file: string, source: string): string[] {
  return source.split('\n').flatMap((line, index, lines) => {
    const own = /^\s*\/\*\* (\w+)/.exec(line)?.[1];
    const isOpen = lines[index - 1]?.trim() === '/**';
    const word = own ?? (isOpen ? /^\s*\* (\w+)/.exec(line)?.[1] : undefined);
    const instead = word === undefined ? undefined : BEGINNINGS[word.toLowerCase()];
    if (word === undefined || instead === undefined) return [];
    return [`${file}:${String(index + 1)}: begins with "${word}"; begin with ${instead}.`];
  });
}

/** Returns the comments of a source, each on the line where it stands; other lines are empty. */
function commentsOf(source: string): string {
  const lines = source
    .split('\n')
    .map((line) => /^\s*(?:\/\*\*|\*|\/\/)(.*?)(?:\*\/)?$/.exec(line)?.[1] ?? '');
  return lines.join('\n');
}

/** Returns the texts of more than one word in a source, each on the line where it begins; other lines are empty. */
function textsOf(file: string, source: string): string {
  const { program, errors } = parseSync(file, source);
  if (errors[0]) throw new Error(`${file}: ${errors[0].message}`);
  const lines = Array.from(source.split('\n'), () => '');
  const add = (start: number, text: string) => {
    const line = source.slice(0, start).split('\n').length - 1;
    if (text.includes(' ')) lines[line] = `${lines[line] ?? ''} ${text.replaceAll('\n', ' ')} .`;
  };
  new Visitor({
    Literal: ({ start, value }) => {
      if (typeof value === 'string') add(start, value);
    },
    TemplateElement: ({ start, value }) => add(start, value.raw),
    JSXText: ({ start, value }) => add(start, value),
  }).visit(program);
  return lines.join('\n');
}

/** Returns the names of the tests of a file, each on the line where it stands; other lines are empty. */
function titlesOf(source: string): string {
  const lines = source
    .split('\n')
    .map(
      (line) =>
        /^\s*(?:(?:it|describe|test)[.\w()]*\(\s*|(?=['"`]\w+ .*['"`],$))(['"`])(.*?)\1,/.exec(line)?.[2] ??
        '',
    );
  return lines.join('\n');
}

/** A check that does not find exactly these could find nothing at all. */
const PLANTED = '# Done anew\n\n`anew`\n\n```sh\nanew\n```\n\nIt is done Anew, and can be\nhad.\n';
const FOUND = ['planted:9: "anew"; write "again".', 'planted:9: "can be had"; write "is available".'];
if (JSON.stringify(faultsOf('planted', PLANTED)) !== JSON.stringify(FOUND))
  throw new Error('The check of the words does not find its planted faults.');
const SOURCE = '/** Is told. */\nconst told = "told"; // told\n  // Done\n  // anew.\n';
const IN_SOURCE = [
  'planted:1: "is told"; write "receives, is reported".',
  'planted:1: "told"; write "reported, returned, logged".',
  'planted:4: "anew"; write "again".',
];
if (JSON.stringify(faultsOf('planted', commentsOf(SOURCE))) !== JSON.stringify(IN_SOURCE))
  throw new Error('The check of the words does not find the planted faults of a source.');

const DOCUMENTED = '/** What it is. */\n// What it is.\n/**\n * What\n * what\n */\n';
const IN_DOCUMENTED = [1, 4].map(
  (line) => `planted:${String(line)}: begins with "What"; begin with ${BEGINNINGS['what'] ?? ''}.`,
);
if (JSON.stringify(beginningsOf('planted', DOCUMENTED)) !== JSON.stringify(IN_DOCUMENTED))
  throw new Error('The check of the words does not find the planted beginnings.');

const TEXTS = 'say("is told");\nsay(`a ${told} b told`, "told");\n';
const IN_TEXTS = [
  'planted.ts:1: "is told"; write "receives, is reported".',
  'planted.ts:1: "told"; write "reported, returned, logged".',
  'planted.ts:2: "told"; write "reported, returned, logged".',
];
if (JSON.stringify(faultsOf('planted.ts', textsOf('planted.ts', TEXTS))) !== JSON.stringify(IN_TEXTS))
  throw new Error('The check of the words does not find the planted faults of texts.');

const TEST = "it('is told', () => {\n  is('told');\n});\ndescribe.each(told)(\n  'done anew',\n";
const IN_TEST = [
  'planted:1: "is told"; write "receives, is reported".',
  'planted:1: "told"; write "reported, returned, logged".',
  'planted:5: "anew"; write "again".',
];
if (JSON.stringify(faultsOf('planted', titlesOf(TEST))) !== JSON.stringify(IN_TEST))
  throw new Error('The check of the words does not find the planted faults of a test.');

const files = FILES.flatMap((pattern) => globSync(pattern, { cwd: ROOT }));
if (files.length < FILES.length) throw new Error('The check of the words does not find its documents.');
const sources = SOURCES.flatMap((pattern) => globSync(pattern, { cwd: ROOT }));
const tests = TESTS.flatMap((pattern) => globSync(pattern, { cwd: ROOT }));
const faults = [
  ...files.flatMap((file) => faultsOf(file, readFileSync(`${ROOT}${file}`, 'utf8'))),
  ...sources.flatMap((file) => {
    const source = readFileSync(`${ROOT}${file}`, 'utf8');
    return [
      ...faultsOf(file, commentsOf(source)),
      ...faultsOf(file, textsOf(file, source)),
      ...beginningsOf(file, source),
    ];
  }),
  ...tests.flatMap((file) => faultsOf(file, titlesOf(readFileSync(`${ROOT}${file}`, 'utf8')))),
];
for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exitCode = 1;
