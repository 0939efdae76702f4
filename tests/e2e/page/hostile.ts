import { turnOf, type ModelRequest, type Reply } from '@cc-executor/testkit';
import { expect } from 'vitest';
import { expectAlone } from './expect-well.ts';
import type { OpenPage } from './open-browser.ts';

/** Markup, script, a text that turns, a link and a colour of terminals, and an address of a script. */
export const HOSTILE =
  '<img src="http://evil.example/x.png" onerror="window.owned=1"><script>window.owned=1</script>\u202Egnp.exe\u2066 \u001b]8;;http://evil.example\u0007click\u001b]8;;\u0007 \u001b[31mred\u001b[0m javascript:alert(1)';
/** The same where a quote would end it. */
const UNQUOTED = HOSTILE.replaceAll("'", '');
/** A line of 10 MB. */
const WIDE = 'head -c 10000000 /dev/zero | tr "\\0" "a"';
/** Names of files. */
const NAMES = [
  '<b>name.txt',
  '\u202egnp.exe',
  '\u001b]8;;http:\u0007x',
  'onerror=window.owned=1 .js',
  'line\nfeed',
];

const todos = ['pending', 'in_progress', 'completed'].map((status) => ({
  content: HOSTILE,
  activeForm: HOSTILE,
  status,
}));

/** What the agent of a hostile task does: each field of it is hostile, and one text is long. */
export function replyHostile(request: ModelRequest): Reply {
  switch (turnOf(request)) {
    case 0:
      return {
        blocks: [
          { thinking: HOSTILE },
          { text: HOSTILE },
          { tool: 'Bash', input: { command: `echo '${UNQUOTED}'; exit 3`, description: HOSTILE } },
        ],
      };
    case 1:
      return {
        blocks: [
          { text: 'a'.repeat(2_000_000) },
          { tool: 'TodoWrite', input: { todos } },
          { tool: 'Write', input: { file_path: `${HOSTILE.slice(0, 3)}.html`, content: `${HOSTILE}\n` } },
        ],
      };
    default:
      return { blocks: [{ text: HOSTILE }] };
  }
}

/** Returns the tasks of a list whose every field is hostile. */
export function hostileTasks() {
  const files = NAMES.map((name) => `'${name}'`).join(' ');
  return [
    {
      name: HOSTILE.slice(0, 190),
      command: `TEXT='${UNQUOTED}'; printf '%s\\n' "$TEXT"; printf '%s' "$TEXT" >&2; for name in ${files}; do echo "$TEXT" > "$name"; done; ${WIDE} > wide.txt; exit 1`,
      retries: 1,
    },
    { name: 'agent', prompt: `hostile: ${HOSTILE}`, checks: [`echo '${UNQUOTED}'; exit 1`] },
    { name: 'wide', command: WIDE },
  ];
}

/** Expects that what is open has run nothing of what it shows, and has asked nobody for it. */
export async function expectHarmless(tab: OpenPage): Promise<void> {
  await expectAlone(tab);
  const { page } = tab;
  expect(await page.evaluate("'owned' in globalThis")).toBe(false);
  expect(
    await page
      .locator('img, main script, iframe, object, a:not([href^="#"]):not([href^="/"]):not([href^="blob:"])')
      .count(),
  ).toBe(0);
  // What turns or hides is shown as a sign.
  expect(
    await page.evaluate(
      '/[\\u001b\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069]/.test(document.body.innerText)',
    ),
  ).toBe(false);
}
