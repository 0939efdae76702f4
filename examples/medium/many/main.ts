import { CcExecutor } from '@cc-executor/sdk';

// Many small questions, a few at a time, with a bar of what is done. Each question is its own execution, so one
// that fails stops none of the others.
const CAPITALS = ['France', 'Japan', 'Kenya', 'Peru', 'Norway', 'Vietnam'];
const AT_A_TIME = 2;

const cc = new CcExecutor({
  url: process.env['CC_EXECUTOR_URL'] ?? 'http://127.0.0.1:8001',
  apiKey: process.env['CC_EXECUTOR_API_KEY'],
});

/** Calls `run` for each item, `atATime` of them at once. Returns the results in the order of the items. */
async function mapSome<T, R>(
  items: readonly T[],
  atATime: number,
  run: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const lane = async () => {
    for (const [index, item] of queue) results[index] = await run(item);
  };
  await Promise.all(Array.from({ length: atATime }, lane));
  return results;
}

let done = 0;
/** Draws the bar on a terminal; elsewhere it would only be in the way. */
function showBar(): void {
  if (!process.stderr.isTTY) return;
  const bar = '#'.repeat(done).padEnd(CAPITALS.length, '.');
  process.stderr.write(
    `\r[${bar}] ${String(done)}/${String(CAPITALS.length)}${done === CAPITALS.length ? '\n' : ''}`,
  );
}

showBar();
const answers = await mapSome(CAPITALS, AT_A_TIME, async (country) => {
  const prompt = `What is the capital of ${country}? Answer with its name only.`;
  const execution = await cc.execute([{ name: country, prompt, timeout: 120 }]);
  const { results } = await execution.result();
  done += 1;
  showBar();
  return results[0]?.result ?? results[0]?.message ?? 'no answer';
});
for (const [index, country] of CAPITALS.entries()) console.log(`${country}: ${String(answers[index])}`);
