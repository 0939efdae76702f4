import type { CcExecutor } from '@cc-executor/sdk';
import { useClient, useSession } from '../live/hooks.ts';
import { ActionButton } from './action-button.tsx';

interface Props {
  label: string;
  /** Where it is, for a server that asks for no key. */
  href: string;
  /** The name of the file. */
  name: string;
  read: (client: CcExecutor) => Promise<Blob>;
}

/** A file to keep. A link cannot send a key: where there is one, the page reads the file and hands it over. */
export function SaveLink({ label, href, name, read }: Props) {
  const { hasKey } = useSession();
  const client = useClient();
  if (!hasKey)
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
  return <ActionButton label={label} done="Saved." run={save} />;
}
