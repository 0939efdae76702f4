import { run } from '../run.ts';

export interface Answer {
  status: number;
  body: Record<string, unknown>;
}

/** One call with the real curl. A body makes it a POST. */
export async function curl(url: string, body?: unknown): Promise<Answer> {
  const post = body === undefined ? [] : ['-H', 'content-type: application/json', '-d', JSON.stringify(body)];
  const answer = await run(['curl', '-sS', '--max-time', '30', '-w', '\n%{http_code}', ...post, url]);
  const end = answer.lastIndexOf('\n');
  return {
    status: Number(answer.slice(end + 1)),
    body: JSON.parse(answer.slice(0, end)) as Record<string, unknown>,
  };
}
