import { useCall, useEvery, useTitle } from '../live/hooks.ts';
import { Agents } from '../parts/agents.tsx';
import { Badge } from '../parts/badge.tsx';
import { Failure } from '../parts/notice.tsx';
import { Stale } from '../parts/stale.tsx';
import { HistoryChart } from '../parts/history-chart.tsx';
import { Hooks } from '../parts/hooks.tsx';
import { Workers } from '../parts/workers.tsx';
import { TEXTS } from '../texts.ts';
import { settingText } from '../setting-text.ts';
import { clock } from '../words.ts';
import { INSTALLATION } from '../texts/installation.tsx';

const EVERY_MS = 10_000;
const CHECK_TONES = { ok: 'good', failed: 'bad', unknown: 'warn' } as const;

/** How the installation is: its parts, its credential, and its settings without what is secret. */
export default function Installation() {
  const health = useCall(async (client, signal) => await client.health({ signal }), ['health']);
  const auth = useCall(async (client, signal) => await client.authStatus({ signal }), ['auth']);
  const configuration = useCall(
    async (client, signal) => await client.configuration({ signal }),
    ['configuration'],
  );
  useEvery(EVERY_MS, () => {
    health.reload();
    auth.reload();
  });
  useTitle(`${INSTALLATION.title} · ${TEXTS.title}`);
  return (
    <>
      {health.value !== null && health.error !== null && <Stale error={health.error} />}
      <h1>{INSTALLATION.title}</h1>
      <section aria-labelledby="health">
        <h2 id="health">
          {INSTALLATION.health}{' '}
          {health.value && (
            <Badge tone={health.value.status === 'healthy' ? 'good' : 'bad'} text={health.value.status} />
          )}
        </h2>
        {health.value === null && health.error !== null && (
          <Failure error={health.error} reload={health.reload} />
        )}
        <ul class="rows">
          {Object.entries(health.value?.checks ?? {}).map(([name, { status, message }]) => (
            <li>
              <Badge tone={CHECK_TONES[status]} text={name} /> {message}
            </li>
          ))}
        </ul>
      </section>
      <section aria-labelledby="workers">
        <h2 id="workers">{INSTALLATION.workers}</h2>
        <Workers />
      </section>
      <section aria-labelledby="credential">
        <h2 id="credential">{INSTALLATION.claude}</h2>
        {auth.value !== null && (
          <>
            <p>
              <Badge
                tone={auth.value.status === 'authenticated' ? 'good' : 'warn'}
                text={auth.value.status.replaceAll('_', ' ')}
              />{' '}
              {auth.value.message}
            </p>
            <ol>
              {(auth.value.instructions ?? []).map((step) => (
                <li>{step}</li>
              ))}
            </ol>
            {auth.value.last_success_at !== undefined && (
              <p class="muted">{INSTALLATION.worked(clock(auth.value.last_success_at))}</p>
            )}
          </>
        )}
      </section>
      <section aria-labelledby="agents">
        <h2 id="agents">{INSTALLATION.agents}</h2>
        <Agents />
      </section>
      <section aria-labelledby="history">
        <h2 id="history">{INSTALLATION.history}</h2>
        <HistoryChart />
      </section>
      <section aria-labelledby="hooks">
        <h2 id="hooks">{INSTALLATION.hooks}</h2>
        <Hooks />
      </section>
      <section aria-labelledby="settings">
        <h2 id="settings">{INSTALLATION.settings}</h2>
        {configuration.value !== null && (
          <>
            <p class="muted">{INSTALLATION.version(configuration.value.version)}</p>
            <table>
              <tbody>
                {Object.entries(configuration.value.settings).map(([name, value]) => (
                  <tr>
                    <th scope="row">
                      <code>{name}</code>
                    </th>
                    <td>{settingText(value, configuration.value?.units?.[name])}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </>
        )}
      </section>
    </>
  );
}
