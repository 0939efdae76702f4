import { parseArgs } from 'node:util';
import { readScriptFile } from './script-file.ts';
import { startScriptedModel } from './start.ts';

// node main.ts <script.json | script.ts> [--host 127.0.0.1] [--port 0]
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { host: { type: 'string', default: '127.0.0.1' }, port: { type: 'string', default: '0' } },
});
const [file] = positionals;
if (file === undefined)
  throw new Error('Name a script: a JSON file, or a TypeScript file with a default export.');
const model = await startScriptedModel({
  script: await readScriptFile(file),
  host: values.host,
  port: Number(values.port),
});
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    model.close().catch((error: unknown) => console.error(error));
  });
console.log(model.url);
