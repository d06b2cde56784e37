/** Whatever ccxt's own table of Binance knows and the front does not serve is refused, and what moves money is told to a person. */
import { spawnSync } from 'node:child_process';
import { unservedWords } from '../../apps/binance-gateway/src/rest/routes';

interface Listed {
  readonly method: string;
  readonly path: string;
}

/** ccxt is made of ES modules only. */
const LIST = `
import ccxt from 'ccxt';
const bases = { sapi: 'sapi/v1', sapiV2: 'sapi/v2', sapiV3: 'sapi/v3', sapiV4: 'sapi/v4', fapiPublic: 'fapi/v1', fapiPublicV2: 'fapi/v2',
  fapiPublicV3: 'fapi/v3', fapiPrivate: 'fapi/v1', fapiPrivateV2: 'fapi/v2', fapiPrivateV3: 'fapi/v3', dapiPublic: 'dapi/v1', dapiPrivate: 'dapi/v1',
  dapiPrivateV2: 'dapi/v2', eapiPublic: 'eapi/v1', eapiPrivate: 'eapi/v1', public: 'api/v3', private: 'api/v3', papi: 'papi/v1', papiV2: 'papi/v2', fapiData: 'futures/data', dapiData: 'futures/data' };
const api = new ccxt.binance().api;
for (const [name, methods] of Object.entries(api))
  for (const [method, paths] of Object.entries(methods))
    for (const path of Array.isArray(paths) ? paths : Object.keys(paths))
      if (bases[name]) console.log(JSON.stringify({ method: method.toUpperCase(), path: '/' + bases[name] + '/' + path }));
`;
const MONEY = /withdraw|transfer|(^|\/)(loan|convert|giftcard|sub-account|broker|pay)\//i;

describe('calls that the front does not serve', () => {
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', LIST], { encoding: 'utf8' });
  const listed = stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Listed);

  it('are refused with an error, each of some hundreds', () => {
    expect(listed.length).toBeGreaterThan(500);
    const wrong = listed.filter(({ method, path }) => {
      const { status, code } = unservedWords(method, path);
      return status < 400 || ![-1002, -1020, -5000].includes(code);
    });
    expect(wrong).toEqual([]);
  });

  it('that move money are not authorized, and raise an alarm', () => {
    const moving = listed.filter(({ path }) => MONEY.test(path) && /^\/s?api\//.test(path));
    expect(moving.length).toBeGreaterThan(30);
    const quiet = moving.filter(({ method, path }) => {
      const { code, isAlarm } = unservedWords(method, path);
      return code !== -1002 || isAlarm !== true;
    });
    expect(quiet).toEqual([]);
  });
});
