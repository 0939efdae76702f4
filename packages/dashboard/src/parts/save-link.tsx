import type { CcExecutor } from '@cc-executor/sdk';
import { useClient, useSession } from '../live/hooks.ts';
import { ACTIONS } from '../texts/way-back.ts';
import { ActionButton } from './action-button.tsx';

interface Props {
  label: string;
  /** Where it is, for a server that requires no key. Absent: a link cannot ask for it, because `Accept` chooses its form. */
  href?: string;
  /** The name of the file. */
  name: string;
  read: (client: CcExecutor) => Promise<Blob>;
}

/** A file to keep. A link sends no key and no `Accept`: where one of them is needed, the page reads the file and hands it over. */
export function SaveLink({ label, href, name, read }: Props) {
  const { hasKey } = useSession();
  const client = useClient();
  if (!hasKey && href !== undefined)
    return (
      <a href={href} download={name}>
        {label}
      </a>
    );
  const save = async () => {
    const url = URL.createObjectURL(await read(client));
    const link = Object.assign(document.createElement('a'), { href: url, download: name });
    link.click();
    // The browser has taken it over when the next task runs.
    setTimeout(() => URL.revokeObjectURL(url));
  };
  return <ActionButton label={label} done={ACTIONS.saved} run={save} />;
}
