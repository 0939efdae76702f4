import type { Category } from '@cc-executor/contracts';

/** Nouns that say what is created or changed. In the singular. */
const NOUNS_OF: Partial<Record<Category, string>> = {
  calculation:
    'sum product average mean percentage factorial integral derivative equation square root total interest',
  code:
    'function class script module component endpoint api cli app application library algorithm bug feature method ' +
    'interface type hook middleware service server client website page form button plugin extension bot scraper ' +
    'crawler parser game program code crud decorator helper utility route handler regex snippet authentication ' +
    'authorization login pagination cache validation error exception typo warning import dependency crash leak',
  analysis:
    'review audit vulnerability security performance bottleneck cause comparison benchmark report finding regression complexity coverage usage',
  architecture:
    'architecture design blueprint diagram strategy roadmap plan specification proposal rfc adr schema microservice topology infrastructure',
  explanation:
    'explanation summary overview documentation doc readme tutorial guide comment docstring faq changelog meaning difference definition capital',
  creative:
    'poem haiku story song novel joke slogan essay article blog post lyric limerick tale letter speech tagline sonnet screenplay dialogue translation name email',
  data: 'csv json xml yaml sql query dataset dataframe spreadsheet etl table chart graph plot excel parquet record row column database data pipeline',
  file: 'file folder directory path backup archive symlink',
  system_command: 'command git branch commit cron daemon process package environment',
  test: 'test spec testcase fixture mock e2e unittest',
  build:
    'build image dockerfile docker container release binary bundle artifact ci cd workflow makefile package-json wheel installer project',
};

/** Returns the category of a noun. */
export const NOUNS: ReadonlyMap<string, Category> = new Map(
  Object.entries(NOUNS_OF).flatMap(([category, nouns]) =>
    nouns.split(/\s+/).map((noun) => [noun, category as Category] as const),
  ),
);
