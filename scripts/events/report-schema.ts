/** The schema of `report.json`, read from the type that writes it. */
import { REPORT_SCHEMA } from '@elvis/backtest';
import { join } from 'node:path';
import ts from 'typescript';
import { JsonSchema, TypeSchemas, commentOf } from './type-schema';

export const REPORT_SCHEMA_PATH = `docs/schemas/backtest.report.v${REPORT_SCHEMA.split('/')[1]}.json`;

/** @param root the project's root */
export function readReportSchema(root: string): JsonSchema & object {
  const file = join(root, 'libs/backtest/src/report/report.ts');
  const read = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path));
  const { options } = ts.parseJsonConfigFileContent(read.config, ts.sys, root);
  const program = ts.createProgram([file], options);
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  const module = source && checker.getSymbolAtLocation(source);
  const symbol = module && checker.getExportsOfModule(module).find(({ name }) => name === 'BacktestReport');
  if (!symbol) throw new Error(`${file} exports no BacktestReport`);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `urn:elvis:${REPORT_SCHEMA.replace('/', ':')}`,
    title: REPORT_SCHEMA,
    description: commentOf(symbol, checker),
    ...new TypeSchemas(checker).of(checker.getDeclaredTypeOfSymbol(symbol)),
  } as JsonSchema & object;
}
