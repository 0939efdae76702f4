import { z } from 'zod';

/** The largest length of an answer's parts: clients cut or reject more than some 25,000 tokens. */
const ROOM = 30_000;

export const afterTask = z.int().min(0).default(0).describe('next_after_task of the page before.');
export const nextAfterTask = z
  .int()
  .nullable()
  .describe('give it as after_task for the next page; null: no more');

/** Returns the first of `items` that fit into an answer, at least one; `others` are already in it. */
export function fitting<T>(items: readonly T[], others: unknown = ''): T[] {
  let room = ROOM - lengthOf(others);
  const end = items.findIndex((item, index) => (room -= lengthOf(item)) < 0 && index > 0);
  return end === -1 ? [...items] : items.slice(0, end);
}

/** Returns the items of the tasks after this number, as many as fit, and the start of the next page. */
export function pageOf<T>(items: readonly T[], after: number, most = items.length) {
  const page = fitting(items.slice(after, after + most));
  const reached = after + page.length;
  return { page, next_after_task: reached < items.length ? reached : null };
}

function lengthOf(value: unknown): number {
  return JSON.stringify(value).length;
}
