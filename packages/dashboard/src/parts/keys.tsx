import { useEffect, useRef } from 'preact/hooks';
import { KEYS } from '../texts/shell.ts';

const PLACES: Readonly<Record<string, string>> = {
  r: '#/',
  l: '#/lists',
  s: '#/search',
  n: '#/new',
  i: '#/installation',
};

/** The keys that work on every page, and a list of them. */
export function Keys() {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    let before = '';
    const pressed = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const { key } = event;
      const was = before;
      before = key;
      if (was === 'g') {
        before = '';
        const place = PLACES[key];
        if (place !== undefined) location.hash = place;
        else if (key === 'g') scrollTo(0, 0);
        return;
      }
      if (key === 'j') move(1);
      else if (key === 'k') move(-1);
      else if (key === 'G') scrollTo(0, document.body.scrollHeight);
      else if (key === '/') toSearch(event);
      else if (key === '?') dialog.current?.showModal();
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  }, []);
  return (
    <dialog ref={dialog} aria-labelledby="keys-title">
      <h2 id="keys-title">{KEYS.title}</h2>
      <dl class="keys">
        {KEYS.help.map(([key, what]) => (
          <>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </>
        ))}
      </dl>
      <form method="dialog">
        <button type="submit">{KEYS.close}</button>
      </form>
    </dialog>
  );
}

/** Moves to the next or the previous item of the page: the links that open something. */
function move(step: number): void {
  const items = [...document.querySelectorAll<HTMLElement>('[data-item]')];
  const at = items.findIndex((item) => item === document.activeElement);
  const next = items[at === -1 ? (step > 0 ? 0 : items.length - 1) : at + step];
  next?.focus();
  next?.scrollIntoView({ block: 'nearest' });
}

/** Moves to the search of the page, or to the page for searching. */
function toSearch(event: KeyboardEvent): void {
  event.preventDefault();
  const field = document.querySelector<HTMLElement>('[role="search"] input[type="search"]');
  if (field) field.focus();
  else location.hash = '#/search';
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}
