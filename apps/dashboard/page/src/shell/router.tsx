/** The addresses of the page. Each page is loaded when it is first opened; the server knows the same addresses. */
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { Layout } from './layout';

const root = createRootRoute({ component: Layout });
const at = <Path extends string>(path: Path, component: ReturnType<typeof lazyRouteComponent>) =>
  createRoute({ getParentRoute: () => root, path, component });

const overview = at(
  '/',
  lazyRouteComponent(() => import('../pages/overview/overview-page'), 'OverviewPage'),
);

export const router = createRouter({ routeTree: root.addChildren([overview]), defaultPreload: 'intent' });

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
