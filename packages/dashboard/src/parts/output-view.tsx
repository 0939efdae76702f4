import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { Virtualizer, type VirtualizerHandle } from 'virtua';
import { useClient } from '../live/hooks.ts';
import { openWindow, readAfter, readBefore, type Window } from '../live/output-window.ts';
import { noteRefusal } from '../session.ts';
import { TEXTS } from '../texts.ts';
import { bytes, sentenceOf } from '../words.ts';
import { Ansi } from './ansi.tsx';
import { SaveLink } from './save-link.tsx';

interface Props {
  id: string;
  task: number;
  attempt: number;
  stream: 'stdout' | 'stderr';
  /** The byte at which it opens; null: at its end. */
  at: number | null;
  /** Changes when there may be more. */
  news: number;
  /** How many bytes the attempt wrote, as its end tells; null: it runs. */
  expected: number | null;
}

/** So many pixels from an edge the next part is read. */
const NEAR = 1200;

/** An output of any length: a part of it is in memory, and it opens at its end. */
export function OutputView({ id, task, attempt, stream, at, news, expected }: Props) {
  const client = useClient();
  const [window, setWindow] = useState<Window | null>(null);
  const [fault, setFault] = useState('');
  const [isFollowing, follow] = useState(at === null);
  const [isWrapped, wrap] = useState(true);
  const [isShifting, setShifting] = useState(false);
  const list = useRef<VirtualizerHandle>(null);
  const busy = useRef(false);
  const screen = useRef<HTMLDivElement>(null);
  /** Counts the places that were opened: what was read for another one is late. */
  const opened = useRef(0);
  const address = { stream, attempt };
  const execution = client.attach(id);

  const open = useCallback(
    (place: number | null, signal?: AbortSignal) => {
      opened.current += 1;
      const turn = opened.current;
      openWindow(client.attach(id), task, { stream, attempt }, place, signal).then(
        (fresh) => {
          if (turn !== opened.current) return;
          setShifting(false);
          setWindow(fresh);
          setFault('');
          if (place !== null) requestAnimationFrame(() => list.current?.scrollTo(0));
        },
        (error: unknown) => {
          if (turn !== opened.current) return;
          noteRefusal(error);
          setFault(sentenceOf(error));
        },
      );
    },
    [client, id, task, stream, attempt],
  );
  useEffect(() => {
    const leaving = new AbortController();
    setWindow(null);
    open(at, leaving.signal);
    return () => leaving.abort();
  }, [open, at]);

  const grow = async (side: 'before' | 'after') => {
    if (busy.current || window === null) return;
    busy.current = true;
    const turn = opened.current;
    try {
      const read = side === 'before' ? readBefore : readAfter;
      const grown = await read(execution, task, address, window);
      if (grown === window || turn !== opened.current) return;
      setShifting(side === 'before');
      setWindow(grown);
      setFault('');
    } catch (error) {
      noteRefusal(error);
      setFault(sentenceOf(error));
    } finally {
      busy.current = false;
    }
  };
  useEffect(() => {
    if (isFollowing) void grow('after');
  }, [news]);
  const last = window === null ? -1 : window.lines.length - 1;
  useEffect(() => {
    const element = screen.current;
    if (!isFollowing || element === null || last < 0) return undefined;
    const toEnd = () => list.current?.scrollToIndex(last, { align: 'end' });
    toEnd();
    const watcher = new ResizeObserver(toEnd);
    watcher.observe(element);
    return () => watcher.disconnect();
  }, [window, last, isFollowing, isWrapped]);

  const scrolled = (offset: number) => {
    const handle = list.current;
    if (handle === null || window === null) return;
    const rest = handle.scrollSize - handle.viewportSize - offset;
    if (offset < NEAR && window.from > 0 && !isFollowing) void grow('before');
    else if (rest < NEAR && window.to < window.total) void grow('after');
  };
  const letGo = (event: WheelEvent | KeyboardEvent) => {
    const isUp =
      event instanceof WheelEvent ? event.deltaY < 0 : ['ArrowUp', 'PageUp', 'Home'].includes(event.key);
    if (isUp) follow(false);
  };

  if (window === null)
    return fault === '' ? (
      <p class="muted">{TEXTS.loading}</p>
    ) : (
      <p class="bad" role="alert">
        {fault}
      </p>
    );
  const isPruned = window.total === 0 && expected !== null && expected > 0;
  if (window.lines.length === 0) return <p class="muted">{isPruned ? TEXTS.prunedOutput : TEXTS.noOutput}</p>;
  return (
    <div class="output">
      <div class="toolbar">
        <label class="inline">
          <input type="checkbox" checked={isWrapped} onChange={() => wrap(!isWrapped)} /> wrap
        </label>
        <label class="inline">
          <input
            type="checkbox"
            checked={isFollowing}
            onChange={() => {
              if (!isFollowing) open(null);
              follow(!isFollowing);
            }}
          />{' '}
          follow the end
        </label>
        <button
          type="button"
          onClick={() => {
            follow(false);
            open(0);
          }}
        >
          Beginning
        </button>
        <button
          type="button"
          onClick={() => {
            open(null);
            follow(true);
          }}
        >
          End
        </button>
        <span class="muted" data-from={window.from} data-total={window.total}>
          bytes {window.from.toLocaleString('en')} to {window.to.toLocaleString('en')} of{' '}
          {bytes(window.total)}
        </span>
        <span class="push">
          <SaveLink
            label="Download"
            href={`/executions/${encodeURIComponent(id)}/tasks/${String(task)}/output?stream=${stream}&attempt=${String(attempt)}`}
            name={`${id}-${String(task)}-${stream}.txt`}
            read={async (caller) => await (await caller.attach(id).output(task, address)).blob()}
          />
        </span>
      </div>
      <div
        ref={screen}
        class={isWrapped ? 'screen' : 'screen nowrap'}
        onWheel={letGo}
        onKeyDown={letGo}
        onTouchMove={() => follow(false)}
        tabIndex={0}
        role="region"
        aria-label={`Output of task ${String(task)}`}
      >
        <Virtualizer ref={list} shift={isShifting} onScroll={scrolled} data={window.lines}>
          {({ at: start, text }) => (
            <div key={start} class="line">
              <Ansi line={text} />
            </div>
          )}
        </Virtualizer>
      </div>
      <p class="bad" role="alert">
        {fault}
      </p>
    </div>
  );
}
