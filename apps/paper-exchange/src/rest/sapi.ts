/** The few wallet calls that clients make before they trade: nothing is there, and they are told so. */
import { Route } from './route';

export const sapiRoutes = (): Route[] =>
  ['/sapi/v1/capital/config/getall', '/sapi/v1/margin/allPairs', '/sapi/v1/margin/isolated/allPairs'].map(
    (path) => ({
      method: 'GET',
      path,
      security: path.includes('capital') ? 'SIGNED' : 'KEY',
      weight: 10,
      answer: () => '[]',
    }),
  );
