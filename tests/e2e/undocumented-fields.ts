import { join } from 'node:path';
import { API, SymbolFlags, type Checker, type Symbol, type Type } from 'typescript/unstable/sync';

const ALIASES = SymbolFlags.Alias;

/**
 * Returns the fields of the types that a package exports, and those for which an editor has no text to show, both as
 * `Type.field`. `project` is the folder of a `tsconfig.json`, and the first import of its `main.ts` is the package.
 */
export function undocumentedFields(project: string): { fields: string[]; without: string[] } {
  const api = new API({ cwd: project });
  try {
    const configuration = join(project, 'tsconfig.json');
    const opened = api.updateSnapshot({ openProjects: [configuration] }).getProject(configuration);
    if (opened === undefined) throw new Error(`no project in ${project}`);
    const { checker, program } = opened;
    const main = program.getSourceFile(join(project, 'main.ts'));
    const [imported] = main?.statements ?? [];
    if (imported === undefined || !('moduleSpecifier' in imported))
      throw new Error('main.ts imports nothing');
    const module = checker.getSymbolAtLocation(imported.moduleSpecifier as never);
    if (module === undefined) throw new Error('main.ts imports what is not there');
    return fieldsOf(checker, checker.getExportsOfModule(module));
  } finally {
    api.close();
  }
}

function fieldsOf(checker: Checker, exported: readonly Symbol[]): { fields: string[]; without: string[] } {
  const fields: string[] = [];
  const without: string[] = [];
  const seen = new Set<number>();
  const lookInto = (type: Type | undefined, name: string): void => {
    if (type === undefined || seen.has(type.id)) return;
    seen.add(type.id);
    if (type.isUnionType() || type.isIntersectionType())
      for (const part of type.getTypes()) lookInto(part, name);
    if (type.isObjectType() && (checker.isArrayType(type) || checker.isTupleType(type))) {
      for (const part of checker.getTypeArguments(type as never)) lookInto(part, name);
      return;
    }
    if (!type.isObjectType()) return;
    for (const { valueType } of checker.getIndexInfosOfType(type)) lookInto(valueType, name);
    for (const field of checker.getPropertiesOfType(type)) {
      if (!isOurs(field)) continue;
      const path = `${name}.${field.name}`;
      fields.push(path);
      if (checker.getDocumentationCommentOfSymbol(field).trim() === '') without.push(path);
      lookInto(checker.getTypeOfSymbol(field), path);
    }
  };
  for (const each of exported) {
    const symbol = (each.flags & ALIASES) === 0 ? each : checker.getAliasedSymbol(each);
    if ((symbol.flags & SymbolFlags.Type) !== 0) lookInto(checker.getDeclaredTypeOfSymbol(symbol), each.name);
  }
  return { fields, without };
}

/** Returns whether a field is public and declared by us, not by the platform or by a library. */
function isOurs({ declarations, name }: Symbol): boolean {
  return !name.includes('#') && declarations.some(({ path }) => /@cc-executor\/|\/packages\//.test(path));
}
