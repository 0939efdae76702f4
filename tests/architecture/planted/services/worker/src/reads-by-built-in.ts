export const { readdirSync } = process.getBuiltinModule('node:fs');
