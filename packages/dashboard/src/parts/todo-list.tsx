import type { Todo } from '../live/todos.ts';
import { PLAN } from '../texts/story.ts';

const SIGNS: Readonly<Record<Todo['state'], string>> = { completed: '✓', in_progress: '▸', pending: '○' };

/** The plan of an agent, and its progress. */
export function TodoList({ todos }: { todos: readonly Todo[] }) {
  if (todos.length === 0) return null;
  const done = todos.filter(({ state }) => state === 'completed').length;
  return (
    <section class="card todos" aria-labelledby="todos">
      <h2 id="todos">
        {PLAN.title} <span class="muted">{PLAN.done(done, todos.length)}</span>
      </h2>
      <ul>
        {todos.map(({ id, text, state }) => {
          return (
            <li key={id} class={state}>
              <span aria-hidden="true">{SIGNS[state]}</span>
              <span>
                {text}
                <span class="hidden"> ({PLAN.states[state]})</span>
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
