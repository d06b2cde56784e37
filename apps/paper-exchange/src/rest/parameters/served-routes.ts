/** Every call with its row of parameters: one that has none is not served. */
import { FUTURES_PARAMETERS } from './futures-parameters';
import { SPOT_PARAMETERS } from './spot-parameters';
import { Takes, takesOf } from './takes';
import { Route } from '../route';

export type ServedRoute = Route & { readonly takes: Takes };

const PARAMETERS = { ...FUTURES_PARAMETERS, ...SPOT_PARAMETERS };

/** @throws Error a call is missing in the tables, or is there and not served: a bug of this program */
export function servedRoutes(routes: readonly Route[]): ServedRoute[] {
  const served = routes.map((route) => {
    const row = PARAMETERS[`${route.method} ${route.path}`];
    if (row === undefined) throw new Error(`No parameters are listed for ${route.method} ${route.path}`);
    return { ...route, takes: takesOf(row, route.security !== 'NONE') };
  });
  const calls = new Set(routes.map(({ method, path }) => `${method} ${path}`));
  for (const call of Object.keys(PARAMETERS))
    if (!calls.has(call)) throw new Error(`Parameters are listed for ${call}, which is not served`);
  return served;
}
