import { CcExecutor, CcLocalError, CcServerError } from '@cc-executor/sdk';

// Commands and prompts mixed: a command checks what a prompt has made, and what it says is handed on to the next try.
const TRIES = 3;
const CHECK = 'node --test prime.test.mjs';
const TEST = `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isPrime } from './prime.mjs';

test('small numbers', () => assert.deepEqual([0, 1, 2, 3, 4, 5].filter(isPrime), [2, 3, 5]));
`;

const cc = new CcExecutor({
  url: process.env['CC_EXECUTOR_URL'] ?? 'http://127.0.0.1:8001',
  apiKey: process.env['CC_EXECUTOR_API_KEY'],
});
// One folder for all tries: executions that name the same workspace take turns in it.
const workspace = `primes-${crypto.randomUUID().slice(0, 8)}`;

/** One try: the test, the prompt, the check. Gives what the check complains about; null when it is satisfied. */
async function attempt(prompt: string): Promise<string | null> {
  const execution = await cc.execute(
    [
      { name: 'the test', command: `cat > prime.test.mjs <<'EOF'\n${TEST}EOF` },
      { name: 'the work', prompt, timeout: 600 },
      { name: 'the check', command: CHECK, timeout: 60 },
    ],
    { workspace },
  );
  const { status, results } = await execution.result();
  const [, work, check] = results;
  console.log(`${status}: ${work?.result ?? work?.message ?? 'no answer'}`);
  if (status === 'completed') return null;
  return /expected.*|actual.*|Error.*/i.exec(check?.stdout ?? '')?.[0] ?? 'the check failed';
}

try {
  let complaint = await attempt('Write prime.mjs, with a function isPrime(n).');
  for (let tries = 1; complaint !== null && tries < TRIES; tries += 1) {
    console.log('trying again');
    complaint = await attempt(`prime.mjs is not right yet: ${complaint}. Mend it.`);
  }
  console.log(complaint === null ? 'the check is satisfied' : 'given up');
  process.exitCode = complaint === null ? 0 : 1;
} catch (error) {
  // What the server refused has a code and every fault; what happened here has its own code.
  if (error instanceof CcServerError) console.error(`refused (${error.code}): ${error.message}`);
  else if (error instanceof CcLocalError) console.error(`${error.code}: ${error.message}`);
  else throw error;
  process.exitCode = 1;
}
