import type { HistoryRow } from '@cc-executor/sdk';
import {
  countsByOutcome,
  seriesByKind,
  sumsByDay,
  sumsByKind,
  type DailySeries,
  type AttemptSums,
} from '../live/history-sums.ts';
import { useCall } from '../live/hooks.ts';
import { linkTo } from '../route.ts';
import { TEXTS } from '../texts.ts';
import { count, dollars, duration, sentenceOf } from '../words.ts';
import { HISTORY } from '../texts/history.ts';

const DAYS = 14;
const DAY_MS = 24 * 3600 * 1000;
/** The number of attempts that are read, the newest. */
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
  const now = new Date();
  const days = sumsByDay(value, DAYS, now);
  const names = days.map(({ name }) => name);
  const outcomes = [
    { name: HISTORY.done, values: days.map(({ done }) => done) },
    { name: HISTORY.failed, values: days.map(({ failed }) => failed) },
  ];
  const times = seriesByKind(value, { days: DAYS, now, valueOf: ({ duration: seconds }) => seconds });
  const costs = seriesByKind(value, { days: DAYS, now, valueOf: ({ cost_usd: cost }) => cost });
  const isPaid = days.some(({ cost }) => cost !== null);
  return (
    <>
      {value.length === READ && <p class="muted">{HISTORY.newest(count(READ))}</p>}
      <div class="charts">
        <Bars title={HISTORY.attempts} days={names} series={outcomes} text={count} tones={['good', 'bad']} />
        <Bars title={HISTORY.time} days={names} series={times} text={duration} />
        {isPaid && <Bars title={HISTORY.cost} days={names} series={costs} text={dollars} />}
      </div>
      <div class="charts">
        <SumsTable
          title={HISTORY.day}
          sums={days.filter(({ done, failed }) => done + failed > 0).toReversed()}
        />
        <SumsTable title={HISTORY.kind} sums={sumsByKind(value)} />
        <Outcomes outcomes={countsByOutcome(value)} />
      </div>
    </>
  );
}

interface BarsProps {
  title: string;
  days: readonly string[];
  series: readonly DailySeries[];
  /** Returns a value for people. */
  text: (value: number) => string;
  /** The colours of the series, in their order. */
  tones?: readonly string[];
}

/** A bar for each day, with a part for each series. */
function Bars({ title, days, series, text, tones = ['one', 'two', 'three'] }: BarsProps) {
  const sums = days.map((_, day) => series.reduce((sum, { values }) => sum + (values[day] ?? 0), 0));
  const most = Math.max(...sums);
  const scale = most > 0 ? HEIGHT / most : 0;
  const shown = series.filter(({ values }) => values.some((value) => value > 0));
  return (
    <figure class="chart">
      <figcaption>
        {title} <span class="muted">{HISTORY.byDay}</span>
        <span class="push muted">
          {HISTORY.most} {text(most)}
        </span>
      </figcaption>
      <svg
        viewBox={`0 0 ${String(days.length * (WIDTH + GAP))} ${String(HEIGHT + 16)}`}
        role="img"
        aria-label={`${title} ${HISTORY.byDay}, ${HISTORY.asTable}`}
      >
        {days.map((day, index) => {
          const x = index * (WIDTH + GAP);
          let y = HEIGHT;
          const parts = shown.map(({ name, values }) => [name, values[index] ?? 0] as const);
          return (
            <g key={day}>
              <title>{[day, ...parts.map(([name, value]) => `${name} ${text(value)}`)].join(', ')}</title>
              {parts.map(([name, value]) => {
                const height = value * scale;
                y -= height;
                const tone = tones[series.findIndex((one) => one.name === name) % tones.length];
                return <rect key={name} class={tone} x={x} y={y} width={WIDTH} height={height} />;
              })}
              <text x={x + WIDTH / 2} y={HEIGHT + 13}>
                {day.slice(8)}
              </text>
            </g>
          );
        })}
      </svg>
      {shown.length > 1 && (
        <p class="legend">
          {shown.map(({ name }) => (
            <span key={name}>
              <i class={tones[series.findIndex((one) => one.name === name) % tones.length]} /> {name}
            </span>
          ))}
        </p>
      )}
    </figure>
  );
}

function Outcomes({ outcomes }: { outcomes: ReturnType<typeof countsByOutcome> }) {
  return (
    <table>
      <thead>
        <tr>
          {[HISTORY.outcome, HISTORY.attempts, ''].map((head) => (
            <th scope="col">{head}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {outcomes.map(([outcome, size]) => (
          <tr key={outcome}>
            <th scope="row">{outcome.replaceAll('_', ' ')}</th>
            <td>{count(size)}</td>
            <td>
              <a
                href={linkTo(['lists'], { outcome })}
                aria-label={HISTORY.listsWith(outcome.replaceAll('_', ' '))}
              >
                {HISTORY.lists}
              </a>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function SumsTable({ title, sums }: { title: string; sums: readonly AttemptSums[] }) {
  return (
    <table>
      <thead>
        <tr>
          {[title, HISTORY.done, HISTORY.not, HISTORY.seconds, HISTORY.dollars].map((head) => (
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
