import { say } from '@cc-executor/testkit';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { expectWell } from './page/expect-well.ts';
import { picture, WIDTHS } from './page/open-browser.ts';
import { pageUnderTest } from './page/start-page.ts';

const LOOKS = [
  ['desk', { width: WIDTHS.desk, dark: false }],
  ['dark', { width: WIDTHS.desk, dark: true }],
  ['phone', { width: WIDTHS.phone, dark: false }],
] as const;

const own = pageUnderTest(() => say('Done.'));
const { open } = own;

/** Expects of a place in each look that `seen` is there, and what holds of each page; keeps pictures of it. */
async function expectInEachLook(place: string, name: string, seen: string): Promise<void> {
  for (const [look, options] of LOOKS) {
    const tab = await open(place, options);
    await tab.page.locator(seen).first().waitFor();
    await expectWell(tab);
    await picture(tab.page, `${name}-${look}`);
    await tab.page.context().close();
  }
}

describe('the graph of a list', () => {
  it('shows what needs what, with the state of each task as it changes', async () => {
    const go = join(own.under.folder, 'go-on');
    const id = await own.under.submit({
      execution_id: 'joined',
      on_failure: 'skip_dependents',
      tasks: [
        { name: 'prepare', command: 'echo prepared > base.txt' },
        { name: 'left', needs: ['prepare'], command: `until [ -e '${go}' ]; do sleep 0.1; done` },
        { name: 'right', needs: ['prepare'], command: 'echo broken >&2; exit 3' },
        { name: 'other', needs: ['prepare'], command: 'echo other > other.txt' },
        { name: 'join', needs: ['left', 'right'], command: 'echo joined' },
        { name: 'end', needs: ['left', 'other'], command: 'echo ended' },
      ],
    });
    const tab = await open(`#/executions/${id}`);
    const graph = tab.page.locator('.graph');
    await graph.locator('.box.running').getByText('2. left').waitFor();
    await graph.locator('.box.failed').getByText('3. right').waitFor();
    await writeFile(go, '');
    await graph.locator('.box.completed').getByText('6. end').waitFor();
    await graph.locator('.box.skipped').getByText('5. join').waitFor();
    await own.under.ended(id);
    await tab.page.getByText('The same as a list').click();
    await tab.page.locator('.needs li').nth(4).getByText('needs 2, 3').waitFor();
    await expectWell(tab);
    await expectInEachLook(`#/executions/${id}`, 'graph', '.box.skipped');
    await graph.getByRole('link', { name: '3. right' }).click();
    await tab.page.locator('h1').getByText('right').waitFor();
  });

  it('of a thousand tasks folds those of one state, and is not there where nothing needs anything', async () => {
    const id = await own.under.submit({
      execution_id: 'thousand',
      tasks: [
        { name: 'begin', command: 'exit 1' },
        ...Array.from({ length: 999 }, (_, index) => ({
          command: `echo ${String(index)}`,
          needs: ['begin'],
        })),
      ],
    });
    await own.under.ended(id, 300);
    const tab = await open(`#/executions/${id}`, { width: WIDTHS.phone, dark: true });
    const folded = tab.page.getByRole('button', { name: '999 tasks' });
    await folded.focus();
    await tab.page.keyboard.press('Enter');
    await tab.page.locator('.needs').getByRole('link', { name: '2. echo 0' }).waitFor();
    expect(await folded.getAttribute('aria-expanded')).toBe('true');
    expect(await tab.page.locator('.graph .box').count()).toBe(2);
    await expectWell(tab);
    await picture(tab.page, 'graph-thousand-phone');
    const rows = tab.page.locator('.tasks li');
    expect(await rows.count()).toBe(1);
    await tab.page.getByText('All 1,000 tasks, in their order').click();
    await tab.page.getByRole('button', { name: 'Show 100 more of 1,000' }).first().click();
    await rows.getByText('198. ').or(rows.getByText('echo 198')).first().waitFor();
    expect(await rows.count()).toBe(201);
    await rows.getByText('It was not run: task 1, which it needs, did not succeed.').first().waitFor();
    await expectWell(tab);
    const plain = await own.under.submit({ tasks: [{ command: 'true' }, { command: 'true' }] });
    await own.under.ended(plain);
    await tab.page.goto(`/#/executions/${plain}`);
    await tab.page.getByText('Every task succeeded.').waitFor();
    expect(await tab.page.locator('.graph').count()).toBe(0);
  });
});

describe('a new list', () => {
  it('has each fault in its line, while nothing is submitted', async () => {
    const tab = await open('#/new');
    const { page } = tab;
    const editor = page.getByLabel('Tasks', { exact: true });
    const before = (await own.under.call('GET', '/executions')).body;
    await editor.fill(
      'title: Night\ntasks:\n  - name: one\n    comand: echo\n  - prompt: two\n    retries: -1\n',
    );
    const faults = page.locator('#faults li');
    await faults.getByText('tasks[0].comand').waitFor();
    await faults.getByText('tasks[1].retries').waitFor();
    expect(await page.locator('.gutter .bad').count()).toBeGreaterThanOrEqual(2);
    await expectWell(tab);
    await picture(page, 'new-list-faults-desk');
    await faults
      .filter({ hasText: 'tasks[1].retries' })
      .getByRole('button', { name: 'line 6' })
      .press('Enter');
    expect(
      await page.evaluate(
        '(({ value, selectionStart, selectionEnd }) => value.slice(selectionStart, selectionEnd))(document.activeElement)',
      ),
    ).toBe('    retries: -1');
    await editor.fill('[\n  "one"\n  "two"\n]');
    await faults.getByRole('button', { name: 'line 3' }).waitFor();
    await editor.fill('one thing\n');
    await page.getByLabel('Time for each').fill('soon');
    await faults.getByRole('button', { name: 'Time for each' }).press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('option-timeout_per_task');
    expect(await page.getByLabel('Time for each').getAttribute('aria-invalid')).toBe('true');
    await expectWell(tab);
    expect((await own.under.call('GET', '/executions')).body).toEqual(before);
  });

  it('begins with an example, asks for its values, and runs with the options of its fields', async () => {
    const tab = await open('#/new', { width: WIDTHS.phone });
    const { page } = tab;
    await page.getByLabel('Start from').selectOption({ label: 'with values to fill in' });
    await page.locator('#faults').getByText('vars.library').first().waitFor();
    await page.getByLabel('library').fill('zod');
    await page.getByText('Expected:').waitFor();
    const preview = page.locator('.preview li');
    await preview.getByText('Read about zod').waitFor();
    await preview.getByText('retries').waitFor();
    await expectWell(tab);
    await picture(page, 'new-list-values-phone');
    await page.getByLabel('Tasks', { exact: true }).fill('echo {{vars.word}}\n$ echo {{vars.word}}\n');
    await page.getByLabel('word').fill('hello');
    await page.getByLabel('Title').fill('From fields');
    await page.getByLabel('Labels').fill('team=web');
    await page.getByLabel('Retries').fill('2');
    await page.reload();
    await page.getByText('Expected:').waitFor();
    expect(await page.getByLabel('Title').inputValue()).toBe('From fields');
    await page.getByLabel('Tasks', { exact: true }).press('Control+Enter');
    await page.locator('h1').getByText('From fields').waitFor();
    const id = page.url().split('/').at(-1) ?? '';
    expect((await own.under.ended(id)).status).toBe('completed');
    expect((await own.under.call('GET', `/executions/${id}`)).body).toMatchObject({
      title: 'From fields',
      labels: { team: 'web' },
      tasks: [
        { text: 'echo hello', retries: 2 },
        { text: 'echo hello', retries: 2 },
      ],
    });
    await page.goto('/#/new');
    expect(await page.getByLabel('Tasks', { exact: true }).inputValue()).toBe('');
    await page.getByLabel('Tasks', { exact: true }).fill('what I wrote');
    await page.goto(`/#/executions/${id}`);
    await page.getByRole('link', { name: 'Write a list like this one' }).click();
    await page.locator('.preview').getByText('echo hello').nth(1).waitFor();
    expect(await page.getByLabel('Labels').isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Bring back what was there' }).click();
    expect(await page.getByLabel('Tasks', { exact: true }).inputValue()).toBe('what I wrote');
  });

  it('is well in each look', async () => {
    await expectInEachLook('#/new', 'new-list', '.editor textarea');
  });
});

describe('the lists', () => {
  it('are looked for by outcome, label and time, as the address says', async () => {
    const failed = await own.under.submit({ title: 'one that failed', tasks: [{ command: 'exit 9' }] });
    const done = await own.under.submit({
      title: 'one that is done',
      labels: { team: 'lists' },
      tasks: [{ command: 'true' }],
    });
    await own.under.ended(failed);
    await own.under.ended(done);
    const tab = await open('#/lists');
    const { page } = tab;
    const row = (title: string) => page.locator('.rows').getByRole('link', { name: title });
    await row('one that is done').waitFor();
    await page.getByLabel('A task ended with').focus();
    await page.getByLabel('A task ended with').selectOption('nonzero_exit');
    await row('one that is done').waitFor({ state: 'detached' });
    await row('one that failed').waitFor();
    expect(page.url()).toContain('#/lists?outcome=nonzero_exit');
    expect(await page.evaluate('document.activeElement.name')).toBe('outcome');
    await page.getByLabel('Submitted from').fill('2999-01-01');
    await page.getByText('There is no such list.').waitFor();
    await page.getByRole('link', { name: 'Show all', exact: true }).click();
    await row('one that is done').waitFor();
    expect(await page.getByLabel('Submitted from').inputValue()).toBe('');
    await page.goto('/#/lists?label=team%3Dlists&from=2020-01-01&to=2999-01-01');
    await row('one that failed').waitFor({ state: 'detached' });
    await row('one that is done').waitFor();
    expect(await page.getByLabel('until').inputValue()).toBe('2999-01-01');
    await page.goto('/#/lists?from=2999-01-01&to=2020-01-01');
    await page.getByText('must be after from').waitFor();
    await expectWell(tab);
    await expectInEachLook('#/lists?outcome=nonzero_exit', 'lists', '.rows li');
  });
});

it('a list with variants says which one was taken, and the installation shows settings in units', async () => {
  const id = await own.under.submit({
    tasks: [
      { name: 'write', prompt: 'Write it.', variants: 2, checks: ['test "$CC_EXECUTOR_TASK" != 1'] },
      { command: 'true', name: 'choose', pick: 'write' },
      { command: 'true', name: 'mend', when: 'failure' },
    ],
  });
  await own.under.ended(id, 240);
  const tab = await open(`#/executions/${id}`);
  const rows = tab.page.locator('.tasks');
  await rows.getByText('Variant 2 of write was taken, by "true".').waitFor();
  await rows.getByText('It was not needed: it is for a failure').waitFor();
  await tab.page.getByText('1 variant not taken').first().waitFor();
  expect(await rows.locator('.failed').count()).toBe(0);
  await tab.page.locator('.graph .box.not_taken').waitFor();
  await expectWell(tab);
  await tab.page.goto('/#/installation');
  const settings = tab.page.locator('section', { has: tab.page.locator('#settings') });
  await settings.getByText(' GiB').first().waitFor();
  expect(await settings.innerText()).not.toContain('1073741824');
  expect(await tab.page.locator('main').innerText()).not.toContain('`');
});

it('the installation has charts of its days, and leads from an outcome to the lists that have it', async () => {
  const id = await own.under.submit({ tasks: [{ command: 'exit 5' }] });
  await own.under.ended(id);
  const tab = await open('#/installation');
  await tab.page.getByRole('img', { name: 'Attempts by day' }).waitFor();
  await tab.page.getByRole('img', { name: 'Time by day' }).waitFor();
  await tab.page.getByText('codex', { exact: true }).waitFor();
  await expectInEachLook('#/installation', 'installation', '.chart');
  await tab.page.getByRole('link', { name: 'Lists with nonzero exit' }).click();
  await tab.page.locator('.rows').getByText(id).waitFor();
});
