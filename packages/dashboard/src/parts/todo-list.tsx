import type { Todo } from '../live/todos.ts';

const SIGNS: Readonly<Record<Todo['state'], readonly [string, string]>> = {
  completed: ['✓', 'done'],
  in_progress: ['▸', 'in work'],
  pending: ['○', 'to do'],
};

/** What an agent means to do, and how far it is. */
export function TodoList({ todos }: { todos: readonly Todo[] }) {
  if (todos.length === 0) return null;
  const done = todos.filter(({ state }) => state === 'completed').length;
  return (
    <section class="card todos" aria-labelledby="todos">
      <h2 id="todos">
        Its plan{' '}
        <span class="muted">
          {done} of {todos.length} done
        </span>
      </h2>
      <ul>
        {todos.map(({ id, text, state }) => {
          const [sign, word] = SIGNS[state];
          return (
            <li key={id} class={state}>
              <span aria-hidden="true">{sign}</span>
              <span>
                {text}
                <span class="hidden"> ({word})</span>
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
