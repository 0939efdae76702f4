import {
  firstUserTexts,
  say,
  startScriptedModel,
  turnOf,
  type ModelRequest,
  type Reply,
  type ScriptedModel,
} from '@cc-executor/testkit';
import type { Browser } from 'playwright-core';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { expectWell } from './page/expect-well.ts';
import { expectHarmless, HOSTILE, hostileTasks, replyHostile } from './page/hostile.ts';
import { openTab, picture, startBrowser, WIDTHS, type OpenPage } from './page/open-browser.ts';
import { startStackUnderTest, type StackUnderTest } from './stack-under-test.ts';

let model: ScriptedModel;
let under: StackUnderTest;
let hooks: string;
let browser: Browser | undefined;

/** What the model does and says, by the word that the prompt begins with. */
const REPLIES: Readonly<Record<string, (request: ModelRequest) => Reply>> = {
  story: (request) =>
    turnOf(request) === 0
      ? {
          blocks: [
            { thinking: 'I think of a file.' },
            { text: 'I list the files.' },
            { tool: 'Bash', input: { command: 'echo listed; exit 4' } },
          ],
        }
      : say('All is listed.'),
  helpers: (request) =>
    turnOf(request) === 0
      ? {
          blocks: [
            { text: 'I let another one count.' },
            {
              tool: 'Agent',
              input: {
                description: 'count the files',
                prompt: 'counting: how many?',
                subagent_type: 'general-purpose',
                run_in_background: false,
              },
            },
          ],
        }
      : say('All is counted.'),
  counting: (request) =>
    turnOf(request) === 0
      ? {
          blocks: [
            { thinking: 'I count with a command.' },
            { text: 'I look at the folder.' },
            { tool: 'Bash', input: { command: 'ls | wc -l' } },
          ],
        }
      : say('There are none.'),
  editing: (request) =>
    turnOf(request) === 0
      ? {
          blocks: [
            { text: 'The sum needs a type, so I write it with one.' },
            { tool: 'Write', input: { file_path: 'sum.ts', content: 'export const sum: number = 1 + 1;\n' } },
          ],
        }
      : say('It is written.'),
  politely: () => say('Good day.'),
  hostile: replyHostile,
};

beforeAll(async () => {
  hooks = await mkdtemp(join(tmpdir(), 'cc-hooks-'));
  await writeFile(
    join(hooks, 'pre_task.polite.mjs'),
    `export default ({ task }) =>
      task.kind === 'prompt' && task.text.startsWith('politely:')
        ? { prompt: task.text + ' Please.', env: { TONE: 'polite' } }
        : undefined;`,
  );
  await writeFile(
    join(hooks, 'post_task.loud.mjs'),
    `export default ({ execution }) => {
      if (JSON.stringify(execution).includes('hostile')) throw new Error(${JSON.stringify(HOSTILE)});
    };`,
  );
  model = await startScriptedModel({
    script: (request) => {
      const prompt = firstUserTexts(request).at(-1) ?? '';
      const [, reply] = Object.entries(REPLIES).find(([name]) => prompt.startsWith(`${name}:`)) ?? [];
      return reply?.(request) ?? say('Done.');
    },
  });
  under = await startStackUnderTest({
    ANTHROPIC_API_KEY: 'sk-test',
    ANTHROPIC_BASE_URL: model.url,
    CC_EXECUTOR_HOOKS_DIR: hooks,
  });
});
afterAll(async () => {
  await browser?.close();
  await under.stop();
  await model.close();
  await rm(hooks, { recursive: true, maxRetries: 10 });
});
beforeEach(async (context) => {
  browser ??= await startBrowser(context);
});

async function open(place: string, options: Parameters<typeof openTab>[2] = {}): Promise<OpenPage> {
  if (!browser) throw new Error('no browser');
  const tab = await openTab(browser, under.stack.apiUrl, options);
  await tab.page.goto(`/${place}`);
  return tab;
}

describe('the page of a task', () => {
  it('shows the messages and calls of an agent: its thinking folded, tool calls with their exit code', async () => {
    const id = await under.submit({
      execution_id: 'story',
      tasks: [{ prompt: 'story: list the files', name: 'list the files' }],
    });
    await under.ended(id);
    const tab = await open(`#/executions/${id}/tasks/1`);
    const story = tab.page.locator('.story');
    await story.getByText('All is listed.').waitFor();
    await story.getByText('I list the files.').waitFor();
    await story.getByText('exit code 4', { exact: true }).waitFor();
    expect(await story.getByText('I think of a file.').isVisible()).toBe(false);
    await story.getByText('thinking').click();
    await story.getByText('I think of a file.').waitFor();
    await expectWell(tab);
    await picture(tab.page, 'story');
    await tab.page.getByRole('link', { name: 'Proof' }).click();
    await tab.page.getByText('Tool calls').waitFor();
    await expectWell(tab);
    await tab.page.getByRole('link', { name: 'Asked' }).click();
    await tab.page.getByText('story: list the files').waitFor();
  });

  it('shows the messages and calls of a sub-agent inside the call that started it', async () => {
    const id = await under.submit({ execution_id: 'helpers', tasks: [{ prompt: 'helpers: count them' }] });
    await under.ended(id);
    const tab = await open(`#/executions/${id}/tasks/1`);
    const inner = tab.page.getByRole('region', { name: 'What the agent of Agent did' });
    await inner.getByText('I look at the folder.').waitFor();
    await inner.getByText('ls | wc -l').first().waitFor();
    await inner.getByText('There are none.').waitFor();
    expect(await inner.getByText('I count with a command.').isVisible()).toBe(false);
    expect(await inner.getByText('I let another one count.').count()).toBe(0);
    await tab.page.locator('.story > li').getByText('All is counted.').waitFor();
    await expectWell(tab);
    await picture(tab.page, 'helpers');
  });

  it('shows which files a task has changed, and how', async () => {
    const id = await under.submit({
      execution_id: 'changing',
      tasks: [
        { command: 'echo first > notes.txt', name: 'begin' },
        {
          command: `echo "<b>second</b>" >> notes.txt; echo 'export const sum = "a"; // <i>one</i>' > sum.ts`,
          name: 'continue',
        },
      ],
    });
    await under.ended(id);
    const tab = await open(`#/executions/${id}/tasks/2?tab=changes`);
    await tab.page.locator('.changes summary').getByText('notes.txt').click();
    await tab.page.locator('.diff .plus').getByText('+<b>second</b>', { exact: true }).waitFor();
    await tab.page.locator('.changes summary').getByText('sum.ts').click();
    await tab.page.locator('.diff .plus .h-word').getByText('const', { exact: true }).waitFor();
    await tab.page.locator('.diff .plus .h-note').getByText('// <i>one</i>', { exact: true }).waitFor();
    await expectWell(tab);
    await picture(tab.page, 'changes');
    await tab.page.getByLabel('side by side').check();
    await tab.page.locator('.diff.beside .plus').getByText('+<b>second</b>', { exact: true }).waitFor();
    await tab.page.getByLabel('notes.txt is seen').check();
    await tab.page.getByText('1 seen').waitFor();
    await expectWell(tab);
    await tab.page.reload();
    await tab.page.getByText('1 seen').waitFor();
    await tab.page.goto(`/#/executions/${id}`);
    await tab.page.getByText('Files that changed since the list began').click();
    await tab.page.locator('.changes summary').getByText('notes.txt').click();
    await tab.page.locator('.diff .plus').getByText('+first', { exact: true }).waitFor();
  });

  it('shows each change of a file beside the message before it', async () => {
    const id = await under.submit({ execution_id: 'editing', tasks: [{ prompt: 'editing: the sum' }] });
    await under.ended(id);
    const tab = await open(`#/executions/${id}/tasks/1?tab=changes`);
    // The only changed file is open.
    await tab.page.locator('.changes .why').getByText('The sum needs a type').waitFor();
    await tab.page.locator('.diff .h-word').getByText('const', { exact: true }).waitFor();
    await expectWell(tab);
    await picture(tab.page, 'diff');
    await tab.page.getByRole('link', { name: 'in the story' }).click();
    await tab.page.locator('.story .hit').getByText('Write').waitFor();
    await tab.page.locator('.story .hit summary').click();
    await tab.page.locator('.story .diff .plus').getByText('1 + 1').waitFor();
    await expectWell(tab);
  });

  it('shows what was asked, what hooks and templates made of it, and what was sent', async () => {
    const id = await under.submit({
      execution_id: 'asking',
      tasks: [
        { command: 'printf 41' },
        { prompt: 'politely: what follows {{tasks.1.result}}?', template: true, name: 'ask' },
      ],
    });
    await under.ended(id);
    const tab = await open(`#/executions/${id}/tasks/2?tab=asked`);
    const main = tab.page.locator('main');
    await main.getByLabel('What was sent').getByText('? Please.').waitFor();
    await main.getByText('politely: what follows {{tasks.1.result}}?').waitFor();
    await main.getByText('TONE').waitFor();
    await main.getByText('It changed the text').click();
    await main.getByText('Compare it with what was asked').click();
    const difference = main.getByRole('region', { name: 'Changes of Compare it with what was asked' });
    await difference.locator('.minus').getByText('{{tasks.1.result}}').waitFor();
    await difference.locator('.plus').getByText('41? Please.').waitFor();
    await expectWell(tab);
    await picture(tab.page, 'asked');
  });

  it('shows the attempts at a task beside each other', async () => {
    const id = await under.submit({
      execution_id: 'attempts',
      tasks: [
        {
          name: 'flaky',
          command:
            'if [ -e tried ]; then echo "all passed"; else touch tried; echo "1 of 3 tests failed" >&2; exit 9; fi',
          retries: 1,
        },
      ],
    });
    await under.ended(id);
    const tab = await open(`#/executions/${id}/tasks/1`);
    await tab.page.getByRole('link', { name: 'Attempts', exact: true }).click();
    const table = tab.page.getByRole('region', { name: 'Attempts beside each other' });
    for (const text of ['Attempt 1', 'Attempt 2', '1 of 3 tests failed', 'all passed', 'nonzero exit'])
      await table.getByText(text).first().waitFor();
    await table.getByText('tried').first().waitFor();
    const expected = table.getByRole('row', { name: 'expected' }).getByRole('cell');
    expect((await expected.allInnerTexts()).every((text) => /\d (?:s|min)$/.test(text))).toBe(true);
    await expectWell(tab);
    await picture(tab.page, 'attempts');
    await tab.page.getByRole('link', { name: 'Output', exact: true }).click();
    await tab.page.locator('.line').getByText('all passed', { exact: true }).waitFor();
    const phone = await open(`#/executions/${id}/tasks/1?tab=attempts`, { width: WIDTHS.phone, dark: true });
    await phone.page.getByText('1 of 3 tests failed').first().waitFor();
    await expectWell(phone);
    await picture(phone.page, 'attempts-phone');
  });

  it('is led to by event, file and byte, each in the address, and copies its output', async () => {
    const id = await under.submit({
      execution_id: 'places',
      tasks: [
        { prompt: 'story: list the files' },
        { name: 'print', command: "printf 'first\\n\\033[31msecond\\033[0m\\nthird\\n'" },
        { prompt: 'editing: the sum' },
      ],
    });
    await under.ended(id);
    const events = await under.events(id);
    const seqOf = (type: string, task: number) =>
      String(events.find((event) => event.type === type && event.task === task)?.seq);
    const { page } = await open(`#/executions/${id}/tasks/1?event=${seqOf('agent.tool_result', 1)}`);
    await page.locator('.story .hit').getByText('exit code 4', { exact: true }).waitFor();
    await page.goto(`/#/executions/${id}?event=${seqOf('task.started', 2)}`);
    await page.getByRole('link', { name: 'Show it with its task.' }).click();
    await page.locator('h1').getByText('print').waitFor();
    await page.goto(`/#/executions/${id}/tasks/2?tab=output`);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('button', { name: 'Copy' }).click();
    await page.getByText('Copied.').waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe('first\nsecond\nthird\n');
    await page.getByRole('button', { name: 'Link to here' }).click();
    await page.waitForURL(/[?&]at=0/);
    await page.locator('.line').getByText('second', { exact: true }).waitFor();
    await page.goto(`/#/executions/${id}/tasks/3?tab=changes&file=sum.ts`);
    await page.locator('.diff .h-word').getByText('const', { exact: true }).waitFor();
    await page.getByLabel('side by side').check();
    await page.goto(`/#/executions/${id}/tasks/3?tab=story`);
    await page.getByRole('link', { name: 'Changes', exact: true }).click();
    expect(await page.getByLabel('side by side').isChecked()).toBe(true);
  });

  // Proves: page-shows-text-as-text
  it('shows hostile texts in every field as text: no request, no script', async () => {
    const id = await under.submit({
      execution_id: 'hostile',
      title: HOSTILE,
      labels: { team: HOSTILE.slice(0, 100) },
      on_failure: 'continue',
      tasks: hostileTasks(),
    });
    await under.ended(id, 300);
    const unfold = async (tab: OpenPage, selector: string) => {
      const folded = tab.page.locator(`${selector} details:not([open]) > summary`);
      while ((await folded.count()) > 0) await folded.first().click();
    };
    const one = (tab: string) => `#/executions/${id}/tasks/1?tab=${tab}`;
    const two = (tab: string) => `#/executions/${id}/tasks/2?tab=${tab}`;
    const places: readonly (readonly [string, string, string?])[] = [
      ['', '.failure .reason'],
      ['#/lists', '.rows li'],
      [`#/lists?q=${encodeURIComponent(HOSTILE)}&label=${encodeURIComponent(HOSTILE)}`, 'main p'],
      [`#/executions/${id}`, '.tasks li'],
      [one('output'), '.line'],
      [one('stderr'), '.line'],
      [one('proof'), '.files li'],
      [one('changes&attempt=1'), '.changes summary', '.changes'],
      [one('asked'), '.lines'],
      [one('attempts'), '.attempts td'],
      [two('story'), '.story > .text .said', '.story'],
      [two('proof'), '.files li'],
      [two('changes'), '.changes summary', '.changes'],
      [two('asked'), '.lines'],
      [`#/executions/${id}/tasks/3?tab=output`, '.line'],
      ['#/search?q=owned', '.hits li'],
      [`#/search?q=${encodeURIComponent(HOSTILE)}`, '.hits li'],
      [`#/search?q=x&execution=${encodeURIComponent(HOSTILE)}`, '.notice'],
      [`#/executions/${encodeURIComponent(HOSTILE)}`, '.notice'],
      [`#/${encodeURIComponent(HOSTILE)}`, '.notice'],
      ['#/installation', '.rows li'],
    ];
    const tab = await open('');
    for (const [place, seen, folded] of places) {
      // Afresh: what was open before has the same parts.
      await tab.page.goto('about:blank');
      await tab.page.goto(`/${place}`);
      await tab.page.locator(seen).first().waitFor();
      if (folded !== undefined) await unfold(tab, folded);
      await expectHarmless(tab);
    }
    await expectWell(tab);
    const restore = await open(`#/executions/${id}/tasks/1`);
    await restore.page.getByRole('button', { name: 'Restore before task 1' }).click();
    await restore.page.getByRole('dialog').getByRole('listitem').first().waitFor();
    await expectHarmless(restore);
    const fresh = await open('#/new');
    await fresh.page.getByLabel('Tasks').fill(JSON.stringify([{ [HOSTILE]: HOSTILE, command: 'true' }]));
    await fresh.page.locator('#faults li').first().waitFor();
    await expectHarmless(fresh);
  });
});
