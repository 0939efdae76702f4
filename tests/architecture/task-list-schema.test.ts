import { SUBMISSION_EXAMPLES } from '../../packages/contracts/src/rest/submission-examples.ts';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseTaskFile } from '../../packages/cli/src/task-files/read-task-file.ts';

const ROOT = join(import.meta.dirname, '../..');
const read = async (file: string) => await readFile(join(ROOT, file), 'utf8');
const schema = JSON.parse(await read('docs/reference/task-list.schema.json')) as object;
const validate = new Ajv2020({ strict: false }).compile(schema);

it('the schema for editors takes the lists that are shown, and finds what is wrong with others', async () => {
  const fifty = parseTaskFile(await read('examples/fifty-tasks.md'), 'fifty', 'markdown');
  expect(fifty.tasks).toHaveLength(50);
  const fine = [fifty, ...SUBMISSION_EXAMPLES, ['a', { command: 'ls', timeout: '10m' }]];
  expect(fine.filter((list) => !validate(list))).toEqual([]);
  const wrong = [{}, [], [7], { tasks: ['a'], modle: 'x' }, [{ prompt: 'a', retries: -1 }]];
  expect(wrong.filter((list) => validate(list))).toEqual([]);
});
