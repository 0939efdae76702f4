import type { WorkersView } from '@cc-executor/sdk';
import { useCall, useEvery } from '../live/hooks.ts';
import { toList } from '../route.ts';
import { TEXTS } from '../texts.ts';
import { WORKERS } from '../texts/installation.tsx';
import { bytes, clock, sentenceOf } from '../words.ts';

const EVERY_MS = 10_000;
/** The number of waiting executions that are listed. */
const LISTED = 10;

/** Who works and how much, the limits of the plan, and what waits for its turn. */
export function Workers() {
  const { value, error, reload } = useCall(
    async (client, signal) => {
      const [{ workers, queue }, { executions, next_cursor: cursor }] = await Promise.all([
        client.workers({ signal }),
        client.list({ status: 'queued', limit: LISTED, signal }),
      ]);
      const waiting = await Promise.all(
        executions.map(async ({ execution_id: id }) => await client.attach(id).status({ signal })),
      );
      return { workers, queue, waiting, isAll: cursor === null };
    },
    ['workers'],
  );
  useEvery(EVERY_MS, reload);
  if (value === null)
    return error === null ? <p class="muted">{TEXTS.loading}</p> : <p class="bad">{sentenceOf(error)}</p>;
  const { workers, waiting, isAll } = value;
  return (
    <>
      {workers.length === 0 && <p class="bad">{TEXTS.noWorkers}</p>}
      <ul class="rows">
        {workers.map((worker) => (
          <WorkerRow key={worker.worker} worker={worker} />
        ))}
      </ul>
      <h3>
        {WORKERS.queue} <span class="count">{waiting.length}</span>
      </h3>
      {waiting.length === 0 && <p class="muted">{TEXTS.noQueue}</p>}
      <ol class="rows">
        {waiting.toReversed().map(({ execution_id: id, title, created_at: at, waiting_for: holder }) => (
          <li key={id}>
            <a data-item href={toList(id)}>
              {title ?? id}
            </a>{' '}
            <span class="muted">{WORKERS.submitted(clock(at))}</span>
            <p class="muted">
              {holder === undefined
                ? TEXTS.waitsForSlot
                : WORKERS.beginsAfter(<a href={toList(holder)}>{holder}</a>)}
            </p>
          </li>
        ))}
      </ol>
      {!isAll && <a href="#/lists?status=queued">{WORKERS.allWaiting}</a>}
    </>
  );
}

function WorkerRow({ worker }: { worker: WorkersView['workers'][number] }) {
  const { lanes, machine, plan } = worker;
  return (
    <li>
      <div class="row-head">
        <b>{worker.worker}</b>
        <span class="muted">{WORKERS.since(worker.version, clock(worker.since))}</span>
      </div>
      <dl class="figures">
        <Figure name={WORKERS.prompts} value={WORKERS.of(lanes.prompts.running, lanes.prompts.slots)} />
        <Figure name={WORKERS.commands} value={WORKERS.of(lanes.commands.running, lanes.commands.slots)} />
        <Figure name={WORKERS.agents} value={WORKERS.atMost(worker.agents)} />
        {machine !== null && machine.available_memory !== null && (
          <Figure name={WORKERS.memory} value={bytes(machine.available_memory)} />
        )}
        {machine !== null && <Figure name={WORKERS.load} value={machine.load_per_core.toFixed(2)} />}
      </dl>
      {plan.map(({ limit, used, resets_at: resets }) => (
        <p class="plan" key={limit}>
          <label for={`${worker.worker} ${limit}`}>{limit.replaceAll('_', ' ')}</label>
          <meter id={`${worker.worker} ${limit}`} min={0} max={1} high={0.8} value={Math.min(1, used)} />
          <span>
            {WORKERS.used(Math.round(used * 100))}
            {resets !== null && WORKERS.resets(clock(resets))}
          </span>
        </p>
      ))}
    </li>
  );
}

function Figure({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
