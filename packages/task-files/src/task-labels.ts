/** The parts of a line that begins a task. */
export interface Label {
  /** Its number as it is written: 7, 2.1, 2b, A. */
  number: string;
  /** The text in parentheses after the number; null: none. */
  mode: string | null;
  /** The text between the number and the rest; empty: only blanks. */
  separator: string;
  rest: string;
}

/** "Task" as people write it. */
const TASK_WORDS = new Set(
  (
    'task aufgabe auftrag tâche tache tarea tarefa compito attività taak uppgift oppgave opgave tehtävä zadanie ' +
    'zadatak úkol úloha feladat sarcină görev задача задание завдання εργασία משימה مهمة कार्य 任务 任務 タスク 작업 과제 งาน ' +
    'nhiệm'
  ).split(' '),
);
const STEP_WORDS = new Set(
  'step schritt étape etape paso passo stap steg krok шаг крок 步骤 ステップ 단계'.split(' '),
);

/** Parses the beginning of a task; null: the text is not one. `steps`: also accepts "Step 1". */
export function labelOf(text: string, { steps = false } = {}): Label | null {
  const [plain, isStrong] = withoutDecoration(text);
  const [whole = '', word = ''] = /^(\p{L}+)[ \t]*(?:#|№|[Nn][or]\.?[ \t])?[ \t]*/u.exec(plain) ?? [];
  const known = word.toLowerCase().normalize('NFC');
  if (!TASK_WORDS.has(known) && !(steps && STEP_WORDS.has(known))) return null;
  return numberIn(plain.slice(whole.length), isStrong);
}

/** The number and the rest of "1. Set up the project"; null: it has no number. */
export function numberedOf(text: string): Label | null {
  const [plain, isStrong] = withoutDecoration(text);
  const label = /^\d/.test(plain) ? numberIn(plain, isStrong) : null;
  return label !== null && label.separator !== '' && label.rest !== '' ? label : null;
}

/** Whether a heading is called like a task, but does not say which one. */
export function hasNoNumber(text: string): boolean {
  const [plain] = withoutDecoration(text);
  return /^task[ \t]*(?:[:#]|[ \t](?:one|two|three|four|five|six|seven|eight|nine|ten|[ivx]{1,4})(?:$|[^\p{L}]))/iu.test(
    plain,
  );
}

function numberIn(text: string, isStrong: boolean): Label | null {
  const [number] = /^(?:\d+(?:\.\d+)*\p{Ll}?|\p{Lu})(?![\p{L}\p{N}])/u.exec(text) ?? [];
  if (number === undefined) return null;
  let rest = text.slice(number.length);
  const opened = isStrong ? /^(?:\*\*|__)/.exec(rest) : null;
  if (opened) rest = rest.slice(2);
  const [inParentheses, mode = null] = /^[ \t]*\(([^()]*)\)(?=[ \t]*(?:[:：]|$))/.exec(rest) ?? [];
  rest = rest.slice(inParentheses?.length ?? 0);
  const [between = '', separator = ''] = /^[ \t]*([:：.)–—-]?)/.exec(rest) ?? [];
  rest = rest.slice(between.length);
  if (isStrong) rest = rest.replace(opened ? /^(?:\*\*|__)/ : /(?:\*\*|__)/, '');
  // A letter alone is a word more often than a number.
  if (/^\p{Lu}$/u.test(number) && !/[:：]/.test(separator)) return null;
  return { number: number.replace(/^0+(?=\d)/, ''), mode, separator, rest: rest.trim() };
}

/** A text without the marks around its first word; whether strong emphasis begins there. */
function withoutDecoration(text: string): [string, boolean] {
  const [before = ''] = /^(?:\[[ xX]?\]|[^\p{L}\p{N}[\]])*/u.exec(text) ?? [];
  return [text.slice(before.length), /\*\*|__/.test(before)];
}
