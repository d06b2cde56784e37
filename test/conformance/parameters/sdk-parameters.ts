/** What Binance's own SDK sends with each futures call: an authority on parameters besides our tables. */
import { readFileSync } from 'node:fs';

const SDK = readFileSync(require.resolve('@binance/derivatives-trading-usds-futures'), 'utf8');
const CALL =
  /async \([^)]*\) => \{((?:(?!async \()[^])*?)return \{\s*endpoint: "([^"]+)",\s*method: "([A-Z]+)"/g;

export interface SdkCall {
  readonly call: string;
  readonly names: readonly string[];
  readonly mandatory: readonly string[];
}

export const sdkCalls = (): readonly SdkCall[] =>
  [...SDK.matchAll(CALL)].map(([, body, path, method]) => ({
    call: `${method} ${path}`,
    names: [...body!.matchAll(/localVar(?:Query|Body)Parameter\["(\w+)"\]/g)].map(([, name]) => name!),
    mandatory: [...body!.matchAll(/assertParamExists\)\("\w+", "(\w+)"/g)].map(([, name]) => name!),
  }));
