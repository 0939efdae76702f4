import type { EventLog, StoredEvent } from './ports/log.ts';

const PAGE = 500;

/** Yields the whole current log of an execution, page by page. */
export async function* logPages(
  log: Pick<EventLog, 'page'>,
  executionId: string,
): AsyncGenerator<StoredEvent[]> {
  for (let after = 0; ;) {
    const page = await log.page(executionId, after, PAGE);
    const last = page.at(-1);
    if (!last) return;
    yield page;
    after = last.seq;
  }
}
