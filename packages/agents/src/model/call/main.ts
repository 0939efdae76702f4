import { takeWork } from '../../launch/work.ts';
import { piecesOf } from '../../lines/pieces.ts';
import type { LineTag } from '../../lines/run-lines.ts';
import { useProxy } from '../../lines/use-proxy.ts';
import { ask } from './ask.ts';
import type { ModelSpec } from './spec.ts';

// Sends one prompt to a model and prints lines as LineTag describes them. What a server answers is foreign, so it is
// parsed here and not in the worker.
// Node loads what makes requests at the first one, which needs no network: there may be no work yet.
await (await fetch('data:,')).text();
const spec = (await takeWork(process.env)).spec as ModelSpec;
if (spec.proxy !== undefined) useProxy(spec.proxy);
const print = (tag: LineTag, value: unknown) => process.stdout.write(`${tag}${JSON.stringify(value)}\n`);
const stop = new AbortController();
process.once('SIGTERM', () => stop.abort());
try {
  print('n', null);
  const end = await ask(spec, {
    signal: stop.signal,
    onText: (text) => {
      for (const piece of piecesOf(text)) print('t', piece);
    },
  });
  print('m', { type: 'answer', ...end });
  print('e', end);
} catch (error) {
  if (!stop.signal.aborted) throw error;
}
process.stdout.write('', () => process.exit(stop.signal.aborted ? 143 : 0));
