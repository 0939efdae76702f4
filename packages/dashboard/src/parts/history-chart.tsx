import type { HistoryRow } from '@cc-executor/sdk';
import { sumsByDay, sumsByKind, type Sums } from '../live/history-sums.ts';
import { useCall } from '../live/hooks.ts';
import { TEXTS } from '../texts.ts';
import { count, dollars, duration, sentenceOf } from '../words.ts';

const DAYS = 14;
const DAY_MS = 24 * 3600 * 1000;
/** So many attempts are read at most, the newest. */
const READ = 5000;
/** The drawing, in its own units. */
const [WIDTH, HEIGHT, GAP] = [28, 90, 6];

/** How attempts ended in the last days, what they took and what they cost, by day and by kind. */
export function HistoryChart() {
  const { value, error } = useCall(
    async (client, signal) => {
      const rows: HistoryRow[] = [];
      const from = new Date(Date.now() - DAYS * DAY_MS);
      for await (const row of client.history({ from, limit: READ, signal })) rows.push(row);
      return rows;
    },
    ['history'],
  );
  if (value === null) return <p class="muted">{error === null ? TEXTS.loading : sentenceOf(error)}</p>;
  if (value.length === 0) return <p class="muted">{TEXTS.noHistory}</p>;
  const days = sumsByDay(value, DAYS, new Date());
  return (
    <>
      {value.length === READ && <p class="muted">Of the newest {count(READ)} attempts.</p>}
      <Bars days={days} />
      <SumsTable title="Day" sums={days.filter(({ done, failed }) => done + failed > 0).toReversed()} />
      <SumsTable title="Kind of task" sums={sumsByKind(value)} />
    </>
  );
}

function Bars({ days }: { days: readonly Sums[] }) {
  const most = Math.max(1, ...days.map(({ done, failed }) => done + failed));
  const high = (attempts: number) => (attempts / most) * HEIGHT;
  return (
    <svg
      class="chart"
      viewBox={`0 0 ${String(days.length * (WIDTH + GAP))} ${String(HEIGHT + 16)}`}
      role="img"
      aria-label="Attempts by day, as the table after it has them"
    >
      {days.map(({ name, done, failed }, index) => {
        const x = index * (WIDTH + GAP);
        return (
          <g key={name}>
            <title>{`${name}: ${String(done)} done, ${String(failed)} not`}</title>
            <rect class="done" x={x} y={HEIGHT - high(done)} width={WIDTH} height={high(done)} />
            <rect
              class="failed"
              x={x}
              y={HEIGHT - high(done) - high(failed)}
              width={WIDTH}
              height={high(failed)}
            />
            <text x={x + WIDTH / 2} y={HEIGHT + 13}>
              {name.slice(8)}
            </text>
          </g>
        );
      })}
    </svg>
  );
}

function SumsTable({ title, sums }: { title: string; sums: readonly Sums[] }) {
  return (
    <table>
      <thead>
        <tr>
          {[title, 'done', 'not', 'time', 'cost'].map((head) => (
            <th scope="col">{head}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {sums.map(({ name, done, failed, seconds, cost }) => (
          <tr>
            <th scope="row">{name}</th>
            <td>{count(done)}</td>
            <td>{count(failed)}</td>
            <td>{duration(seconds)}</td>
            <td>{dollars(cost)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
