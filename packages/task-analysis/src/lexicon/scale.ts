const set = (words: string) => new Set(words.split(/\s+/));

/** Words that increase the complexity. */
export const LARGE = set(
  'entire whole complete full production scalable distributed comprehensive end-to-end enterprise scratch every all ' +
    'multi-tenant platform system framework engine compiler exhaustive thorough thoroughly microservice production-ready',
);

/** Words that decrease the complexity. */
export const SMALL = set(
  'simple small quick typo one-line one-liner single brief briefly short tiny trivial minimal basic hello sentence ' +
    'paragraph line word rename',
);

/** Nouns of extra work when they are listed beside the task. In the singular. */
export const DELIVERABLES = set(
  'test documentation doc api schema migration docker database frontend backend ci deployment readme authentication ' +
    'logging monitoring ui cli example benchmark validation caching queue dashboard pipeline endpoint pagination',
);
