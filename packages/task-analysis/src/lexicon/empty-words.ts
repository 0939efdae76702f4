const set = (words: string): ReadonlySet<string> => new Set(words.trim().split(/\s+/));

/** Words of grammar, which name nothing. */
export const FUNCTION_WORDS = set(`
  a an the this that these those it its them they their he she we you your our my me i us here there some any all every
  everything something anything nothing someone one ones other another same such own and or but nor so yet if then else when while
  as because in on at of for to from with into by about over under up down out off again more most much many few less
  than too very really just only also even still already now soon please kindly thanks thank hey hi hello ok okay can
  could would will shall should may might must do does did done doing don't doesn't is are was were be been being am isn't
  aren't have has had having want wants wanted need needs let lets let's like get gets got make makes made go goes keep
  not no yes what which who whom whose how why where whatever however somehow maybe perhaps properly correctly right
  well better best good nice nicer great fast faster quick quickly quicker easy easier clean cleaner clear working
  work works worked broken wrong bad failing until first second third last next previous before after new old usual
  missing remaining necessary required appropriate relevant suitable proper specific certain various different existing
  current whole entire full important big small little large simple main major minor
  useful interesting cool awesome amazing perfect useless help besser mejor mieux meglio melhor et le la les un une de du des el los las del der die das den dem ein eine einen es ihn lo per il
`);

/** Generic nouns: "the bug", "the file"; in the singular. Such a noun needs a name beside it. */
export const EMPTY_NOUNS = set(`
  bug issue problem error thing stuff code file function method class script app application program software feature
  change improvement update work task job job's part bit piece data input output result text document content list item
  value project component module system page website site tool case edge approach version setup behaviour behavior way
  performance quality logic functionality implementation solution option setting step process
  algorithm variable layout care style styling colour color config configuration button field parameter argument report
  database server service api endpoint ui frontend backend idea thought suggestion advice
  fehler problem bogue erreur fallo error datei fichier archivo código codice errore
`);

/** Verbs that work on something existing, and so must name it. In any other use they are fine. */
export const NEEDS_A_NAME = set(`
  fix repair solve resolve debug correct improve enhance update change modify adjust edit rewrite optimize optimise handle
  implement finish complete process analyze analyse create write make build add extend do use tweak patch convert
  refine polish take deal sort address tackle explain translate summarize summarise delete remove move rename replace try
  behebe behebt korrigiere verbessere ändere mach mache corrige corriger arregla mejora améliore répare cambia correggi migliora
`);
