import type { EventLog, StoredEvent } from './ports.ts';

const PAGE = 500;

/** The whole log of an execution as it is now, page by page. */
export async function* logPages(
  log: Pick<EventLog, 'page'>,
  executionId: string,
): AsyncGenerator<StoredEvent[]> {
  for (let after = 0; ;) {
    const page = await log.page(executionId, after, PAGE);
    if (page.length > 0) yield page;
    if (page.length < PAGE) return;
    after = page.at(-1)?.seq ?? after;
  }
}
