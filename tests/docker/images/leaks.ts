import { spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * Which of `words` lie in the images: in the files of any of their layers, deleted ones too, in their configurations or
 * in their histories. Give a word that must be there as well: an archive that can't be read this way has none.
 */
export async function wordsInImages(
  { docker, host }: { docker: string; host: string },
  images: readonly string[],
  words: readonly string[],
): Promise<string[]> {
  const save = spawn(docker, ['save', ...images], {
    env: { ...process.env, DOCKER_HOST: host },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(save, 'exit');
  const found = new Set<string>();
  const longest = Math.max(...words.map((word) => Buffer.byteLength(word)));
  let rest = Buffer.alloc(0);
  for await (const chunk of save.stdout) {
    const text = Buffer.concat([rest, chunk as Buffer]);
    for (const word of words) if (!found.has(word) && text.includes(word)) found.add(word);
    rest = text.subarray(-longest);
  }
  const [code] = await ended;
  if (code !== 0) throw new Error(`docker save ended with ${String(code)}`);
  return words.filter((word) => found.has(word));
}
