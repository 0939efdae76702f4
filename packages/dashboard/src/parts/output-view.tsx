import type { CcExecutor } from '@cc-executor/sdk';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Virtualizer, type VirtualizerHandle } from 'virtua';
import { useOutput, type Place } from '../live/use-output.ts';
import { linkTo, toTask } from '../route.ts';
import { TEXTS } from '../texts.ts';
import { bytes, count } from '../words.ts';
import { ActionButton } from './action-button.tsx';
import { Ansi, plain } from './ansi.tsx';
import { copyText } from './copy-text.ts';
import { Notice } from './notice.tsx';
import { SaveLink } from './save-link.tsx';
import { OUTPUT } from '../texts/output.ts';

interface Props extends Place {
  /** How many bytes the attempt wrote; null: that is not known. */
  expected: number | null;
}

/** The maximum size of an output that is copied as a whole, in bytes. */
const COPIED = 4 * 1024 * 1024;
/** The distance from an edge at which the next part is read, in pixels. */
const NEAR = 1200;

/** An output of any length: a part of it is in memory, and it opens at its end. */
export function OutputView({ expected, ...place }: Props) {
  const { id, task, attempt, stream, at } = place;
  const { shown, fault, open, grow, letGo } = useOutput(place);
  const [isWrapped, wrap] = useState(true);
  const list = useRef<VirtualizerHandle>(null);
  const screen = useRef<HTMLDivElement>(null);
  const { window = null, isFollowing = false, isShifted = false, opening = 0 } = shown ?? {};

  useEffect(() => {
    if (!isFollowing) list.current?.scrollTo(0);
  }, [opening]);
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
    if (handle === null || window === null || isFollowing) return;
    const rest = handle.scrollSize - handle.viewportSize - offset;
    if (offset < NEAR && window.from > 0) grow('before');
    else if (rest < NEAR && window.to < window.total) grow('after');
  };
  const moved = (event: WheelEvent | KeyboardEvent | PointerEvent) => {
    const isUp =
      event instanceof WheelEvent
        ? event.deltaY < 0
        : event instanceof KeyboardEvent
          ? ['ArrowUp', 'PageUp', 'Home'].includes(event.key)
          : // The bar beside the lines, not a line.
            event.target === event.currentTarget;
    if (isUp) letGo();
  };

  const copy = async (client: CcExecutor) => {
    if (window === null) return;
    const text =
      window.total <= COPIED
        ? await (await client.attach(id).output(task, { stream, attempt })).text()
        : window.lines.map((line) => line.text).join('\n');
    await copyText(plain(text));
  };
  /** The address of the first line that is seen. */
  const linkToHere = () => {
    const handle = list.current;
    const first = handle === null ? 0 : handle.findItemIndex(handle.scrollOffset);
    const tab = stream === 'stdout' ? 'output' : 'stderr';
    location.hash = toTask(id, task, { attempt, tab, at: window?.lines[first]?.at ?? 0 });
  };

  if (window === null)
    return fault === '' ? (
      <p class="muted">{TEXTS.loading}</p>
    ) : (
      <Notice tone="bad" text={fault}>
        <button type="button" onClick={() => open(at)}>
          {TEXTS.tryAgain}
        </button>
      </Notice>
    );
  const isPruned = window.total === 0 && expected !== null && expected > 0;
  if (window.lines.length === 0) return <p class="muted">{isPruned ? TEXTS.prunedOutput : TEXTS.noOutput}</p>;
  return (
    <div class="output">
      <div class="toolbar">
        <label class="inline">
          <input type="checkbox" checked={isWrapped} onChange={() => wrap(!isWrapped)} /> {OUTPUT.wrap}
        </label>
        <label class="inline">
          <input
            type="checkbox"
            checked={isFollowing}
            onChange={() => (isFollowing ? letGo() : open(null))}
          />{' '}
          {OUTPUT.follow}
        </label>
        <button type="button" onClick={() => open(0)}>
          {OUTPUT.beginning}
        </button>
        <button type="button" onClick={() => open(null)}>
          {OUTPUT.end}
        </button>
        <span class="muted" data-from={window.from} data-total={window.total}>
          {OUTPUT.bytes(count(window.from), count(window.to), bytes(window.total))}
        </span>
        <a href={linkTo(['search'], { execution: id, task })}>{OUTPUT.search}</a>
        <button type="button" onClick={linkToHere}>
          {OUTPUT.link}
        </button>
        <span class="push">
          <ActionButton
            label={OUTPUT.copy}
            done={window.total <= COPIED ? OUTPUT.copied : OUTPUT.copiedPart}
            run={copy}
          />{' '}
          <SaveLink
            label={OUTPUT.download}
            href={`/executions/${encodeURIComponent(id)}/tasks/${String(task)}/output?stream=${stream}&attempt=${String(attempt)}`}
            name={`${id}-${String(task)}-${stream}.txt`}
            read={async (caller) => await (await caller.attach(id).output(task, { stream, attempt })).blob()}
          />
        </span>
      </div>
      <div
        ref={screen}
        class={isWrapped ? 'screen' : 'screen nowrap'}
        onWheel={moved}
        onKeyDown={moved}
        onPointerDown={moved}
        onTouchMove={letGo}
        tabIndex={0}
        role="region"
        aria-label={OUTPUT.title(task)}
      >
        <Virtualizer ref={list} shift={isShifted} onScroll={scrolled} data={window.lines}>
          {({ at: start, text }) => (
            <div key={start} class={start === at && at > 0 ? 'line hit' : 'line'}>
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
