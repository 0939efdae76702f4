import { TEXTS } from '../texts.ts';

/** Puts a text into the clipboard. Throws a sentence where the browser does not allow it. */
export async function copyText(text: string): Promise<void> {
  // A page that does not come from this machine, or by https, has no clipboard of its own.
  if (isSecureContext)
    return await navigator.clipboard.writeText(text).catch(() => {
      throw new Error(TEXTS.copyRefused);
    });
  const field = document.createElement('textarea');
  field.value = text;
  document.body.append(field);
  field.select();
  const isCopied = document.execCommand('copy');
  field.remove();
  if (!isCopied) throw new Error(TEXTS.copyRefused);
}
