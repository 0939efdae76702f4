import { startStack } from '@cc-executor/local-stack';
import { CcExecutor, type Task } from '@cc-executor/sdk';
import { findProgram } from '@cc-executor/service-kit';
import {
  firstUserTexts,
  say,
  startScriptedModel,
  turnOf,
  waitFor,
  type ModelRequest,
  type Reply,
} from '@cc-executor/testkit';
import { chromium, type Page } from 'playwright-core';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// Takes the pictures of the page that the README and the guides show, of a night that is played with a scripted model:
// `npm run pictures`.

const TARGET = join(import.meta.dirname, '../../../docs/pictures');
/** No picture is larger, in bytes: the README loads them all. */
const MOST = 150 * 1024;

const TOTAL = `export interface Line {
  price: number;
  count: number;
}

/** Returns the sum of an order, in the currency of its lines. */
export function total(lines: Line[]): number {
  return lines.reduce((sum, { price, count }) => sum + price * count, 0);
}
`;
const SUM = '  return lines.reduce((sum, { price, count }) => sum + price * count, 0);';
const CENTS = `  // In cents: 0.1 + 0.2 is not 0.3.
  const cents = lines.reduce((sum, { price, count }) => sum + Math.round(price * 100) * count, 0);
  return cents / 100;`;

type Says = (request: ModelRequest) => Reply;
/** Says something before each call of a tool, and something at the end. */
const works =
  (steps: readonly (readonly [string, string, Record<string, unknown>])[], end: string): Says =>
  (request) => {
    const [text, tool, input] = steps[turnOf(request)] ?? [];
    return text === undefined || tool === undefined || input === undefined
      ? say(end)
      : { blocks: [{ text }, { tool, input }] };
  };

const REPLIES: Readonly<Record<string, Says>> = {
  'Fix the rounding': works(
    [
      ['I read how the total is computed.', 'Read', { file_path: 'src/total.ts' }],
      [
        'Prices are floating point numbers, so 0.1 + 0.2 is not 0.3. I sum in cents, and divide once at the end.',
        'Edit',
        { file_path: 'src/total.ts', old_string: SUM, new_string: CENTS },
      ],
      [
        'I add the case that failed as a test.',
        'Write',
        {
          file_path: 'src/total.test.ts',
          content:
            "import assert from 'node:assert/strict';\\nimport { total } from './total.ts';\\n\\nassert.equal(total([{ price: 0.1, count: 1 }, { price: 0.2, count: 1 }]), 0.3);\\n".replaceAll(
              '\\n',
              '\n',
            ),
        },
      ],
    ],
    'The total is summed in cents now, and a test has the case that was wrong.',
  ),
  'Describe the order': works(
    [
      [
        'The README says nothing about orders, so I add a section.',
        'Bash',
        { command: `printf '\\n## Orders\\n\\nA total is exact to the cent.\\n' >> README.md` },
      ],
    ],
    'The README has a section on orders.',
  ),
  'Translate the texts': works([], 'All texts are in French now, and all tests pass.'),
};

const TASKS: Task[] = [
  {
    name: 'Fix the rounding of totals',
    prompt: 'Fix the rounding of totals in src/total.ts, and add a test.',
    checks: ['grep -q "Math.round" src/total.ts && echo "1 test passed"'],
  },
  { name: 'Describe the order in the README', prompt: 'Describe the order in README.md.' },
  { name: 'Translate the texts', prompt: 'Translate the texts into French.' },
  {
    name: 'Unit tests',
    command:
      'echo "✓ total › sums the lines"; echo "✓ total › rounds to cents"; echo "✗ tax › is added once" >&2; echo "  expected 119, got 138.04" >&2; echo "1 of 47 tests failed" >&2; exit 1',
  },
  { name: 'End-to-end tests', command: 'echo "waiting for http://localhost:5173 …"; sleep 60', timeout: 4 },
  { name: 'Types', command: 'echo "Found 0 errors in 41 files."' },
];

const folder = await mkdtemp(join(tmpdir(), 'cc-pictures-'));
const shop = join(folder, 'shop');
await makeRepository();
const model = await startScriptedModel({
  script: (request) => {
    const prompt = firstUserTexts(request).at(-1) ?? '';
    const [, reply] = Object.entries(REPLIES).find(([start]) => prompt.startsWith(start)) ?? [];
    return reply?.(request) ?? say('Done.');
  },
});
const stack = await startStack({
  env: {
    PATH: process.env['PATH'],
    HOME: join(folder, 'home'),
    CC_EXECUTOR_DATA_DIR: join(folder, 'data'),
    CC_EXECUTOR_API_PORT: '0',
    CC_EXECUTOR_WS_PORT: '0',
    CC_EXECUTOR_REPOSITORIES: folder,
    ANTHROPIC_API_KEY: 'sk-test',
    ANTHROPIC_BASE_URL: model.url,
  },
});
const browser = await chromium.launch({
  executablePath:
    findProgram(['chromium', 'chromium-browser', 'google-chrome'], process.env['PATH']) ?? 'chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
});
try {
  await playNight(new CcExecutor({ url: stack.apiUrl }));
  await mkdir(TARGET, { recursive: true });
  await take('report', '', '.done li');
  await take('report-phone', '', '.done li', { width: 390, height: 844, dark: true });
  await take('list', '#/executions/shop', '.tasks li');
  await take('diff', '#/executions/shop/tasks/1?tab=changes', '.changes summary', {
    before: async (page) => {
      await page.locator('.changes summary').getByText('src/total.ts').click();
      await page.locator('.h-word').first().waitFor();
    },
  });
} finally {
  await browser.close();
  await stack.stop();
  await model.close();
  await rm(folder, { recursive: true, maxRetries: 10 });
}

async function makeRepository(): Promise<void> {
  await mkdir(join(shop, 'src'), { recursive: true });
  await writeFile(join(shop, 'README.md'), '# Shop\n');
  await writeFile(join(shop, 'src/total.ts'), TOTAL);
  const git = (...words: string[]) => execFileSync('git', words, { cwd: shop, stdio: 'ignore' });
  git('init', '-q', '-b', 'main');
  git('add', '.');
  git('-c', 'user.name=A User', '-c', 'user.email=user@example.org', 'commit', '-q', '-m', 'first');
}

async function playNight(client: CcExecutor): Promise<void> {
  const shared = { repository: { path: shop } } as const;
  const night = await client.execute(TASKS, {
    execution_id: 'shop',
    title: 'Shop: the evening list',
    on_failure: 'continue',
    ...shared,
  });
  await night.result();
  const paused = await client.execute([{ name: 'Ask before the release', command: 'sleep 600' }], {
    execution_id: 'release',
    title: 'Release 2.4',
  });
  await waitFor(async () => (await paused.status()).status === 'running', { what: 'the release to run' });
  await paused.pause();
}

interface Look {
  width?: number;
  height?: number;
  dark?: boolean;
  /** What is done before the picture is taken. */
  before?: (page: Page) => Promise<void>;
}

/** Takes a picture of a place when `seen` is there. WebP is made by the browser itself. */
async function take(name: string, place: string, seen: string, look: Look = {}): Promise<void> {
  const { width = 1100, height = 760, dark = false, before } = look;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: dark ? 'dark' : 'light',
    baseURL: stack.apiUrl,
  });
  const page = await context.newPage();
  await page.goto(`/${place}`);
  await page.locator(seen).first().waitFor();
  await before?.(page);
  const png = await page.screenshot();
  const canvas = await context.newPage();
  const webp = await canvas.evaluate<number[]>(`(async () => {
    const png = await (await fetch('data:image/png;base64,${png.toString('base64')}')).blob();
    const image = await createImageBitmap(png);
    const sheet = new OffscreenCanvas(image.width, image.height);
    sheet.getContext('2d').drawImage(image, 0, 0);
    const blob = await sheet.convertToBlob({ type: 'image/webp', quality: 0.9 });
    return [...new Uint8Array(await blob.arrayBuffer())];
  })()`);
  if (webp.length > MOST) throw new RangeError(`${name} has ${String(webp.length)} bytes.`);
  await writeFile(join(TARGET, `page-${name}.webp`), Uint8Array.from(webp));
  await context.close();
}
