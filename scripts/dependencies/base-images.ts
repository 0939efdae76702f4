/** An image that others are built from, or that runs as it is. */
interface BaseImage {
  /** With its tag: `node:24-bookworm-slim`. */
  name: string;
  /** `sha256:…`; null: not pinned. */
  digest: string | null;
}

/** The default of a setting of compose, and the value of an ARG: where an image is named, its tag, and its digest. */
const PLACES =
  /(IMAGE:-|^ARG [A-Z_]{0,40}IMAGE=)([a-z0-9./-]+:[A-Za-z0-9._-]+)(?:@(sha256:[0-9a-f]{64}))?(?=\}|$)/gm;

/** Returns the images that a compose file or a Dockerfile takes from a registry, each once. */
export function baseImages(text: string): BaseImage[] {
  const found = [...text.matchAll(PLACES)].map(([, , name = '', digest]) => ({
    name,
    digest: digest ?? null,
  }));
  return [...new Map(found.map((image) => [image.name, image])).values()];
}

/** Returns the text with the image pinned by this digest wherever it is named. */
export function withDigest(text: string, name: string, digest: string): string {
  return text.replaceAll(PLACES, (whole, before: string, image: string) =>
    image === name ? `${before}${image}@${digest}` : whole,
  );
}
