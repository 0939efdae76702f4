import type { JSX } from 'preact';
import { lazy, Suspense } from 'preact/compat';
import { useEffect, useErrorBoundary, useState } from 'preact/hooks';
import { useRoute, useSession } from './live/hooks.ts';
import { Keys } from './parts/keys.tsx';
import { Notice, OtherVersion } from './parts/notice.tsx';
import { ReportPage } from './pages/report-page.tsx';
import { linkTo, type Route } from './route.ts';
import { useKey } from './session.ts';
import { TEXTS } from './texts.ts';
import { SHELL } from './texts/shell.ts';
import { sentenceOf } from './words.ts';

// The first load is the report; the rest comes when it is wanted.
const Lists = lazy(async () => await import('./pages/lists.tsx'));
const ListPage = lazy(async () => await import('./pages/list-page.tsx'));
const TaskPage = lazy(async () => await import('./pages/task-page.tsx'));
const NewList = lazy(async () => await import('./pages/new-list.tsx'));
const SearchPage = lazy(async () => await import('./pages/search.tsx'));
const Installation = lazy(async () => await import('./pages/installation.tsx'));

const PLACES = [
  [SHELL.places.report, ''],
  [SHELL.places.lists, 'lists'],
  [SHELL.places.search, 'search'],
  [SHELL.places.newList, 'new'],
  [SHELL.places.installation, 'installation'],
] as const;

export function App() {
  const route = useRoute();
  const { key } = useSession();
  return (
    <>
      <a class="skip" href="#main" onClick={focusMain}>
        {SHELL.skip}
      </a>
      <header class="top">
        <a class="brand" href="#/">
          {TEXTS.title}
        </a>
        <nav aria-label={SHELL.pages}>
          {PLACES.map(([name, place]) => (
            <a
              href={linkTo(place === '' ? [] : [place])}
              aria-current={isAt(route, place) ? 'page' : undefined}
            >
              {name}
            </a>
          ))}
        </nav>
      </header>
      <main id="main" tabIndex={-1}>
        {key === 'ok' ? (
          <Caught key={route.path[0] ?? ''}>
            <Suspense fallback={<p class="muted">{TEXTS.loading}</p>}>{pageOf(route)}</Suspense>
          </Caught>
        ) : (
          <KeyForm isRefused={key === 'refused'} />
        )}
      </main>
      <Keys />
    </>
  );
}

/** Shows what is in it or, where that fails, a way on: a part of the page may be of a server that was replaced meanwhile. */
function Caught({ children }: { children: JSX.Element }) {
  const [error] = useErrorBoundary();
  if (error === undefined) return children;
  return <OtherVersion error={error} />;
}

function pageOf(route: Route): JSX.Element {
  const [first, id, tasks, task] = route.path;
  if (first === undefined) return <ReportPage query={route.query} />;
  if (first === 'lists') return <Lists query={route.query} />;
  if (first === 'search') return <SearchPage query={route.query} />;
  if (first === 'new') return <NewList query={route.query} />;
  if (first === 'installation') return <Installation />;
  if (first === 'executions' && id !== undefined) {
    if (tasks === undefined) return <ListPage key={id} id={id} query={route.query} />;
    const number = Number(task);
    if (tasks === 'tasks' && Number.isInteger(number) && number > 0)
      return <TaskPage key={`${id} ${String(number)}`} id={id} task={number} query={route.query} />;
  }
  return (
    <Notice tone="bad" text={TEXTS.unknownPage}>
      <a href="#/">{TEXTS.toMorning}</a>
    </Notice>
  );
}

function isAt({ path }: Route, place: string): boolean {
  const [first = ''] = path;
  return first === place || (place === 'lists' && first === 'executions');
}

function focusMain(event: Event): void {
  event.preventDefault();
  document.getElementById('main')?.focus();
}

function KeyForm({ isRefused }: { isRefused: boolean }) {
  const [key, setKey] = useState('');
  const [fault, setFault] = useState<string | null>(isRefused ? TEXTS.keyWrong : null);
  useEffect(() => document.getElementById('key')?.focus(), []);
  const open = (event: Event) => {
    event.preventDefault();
    try {
      useKey(key.trim());
    } catch (error) {
      setFault(sentenceOf(error));
    }
  };
  return (
    <form class="card key" onSubmit={open}>
      <h1>{TEXTS.keyTitle}</h1>
      <p>{TEXTS.keyText}</p>
      <label for="key">{TEXTS.keyLabel}</label>
      <input
        id="key"
        type="password"
        autocomplete="off"
        required
        value={key}
        aria-describedby="key-fault"
        onInput={(event) => setKey(event.currentTarget.value)}
      />
      <button type="submit" class="primary">
        {TEXTS.keyButton}
      </button>
      <p id="key-fault" role="alert" class="bad">
        {fault}
      </p>
    </form>
  );
}
