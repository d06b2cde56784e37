/** The addresses of the page. Each page is loaded when it is first opened; the server knows the same addresses. */
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import { alertSearch } from '../pages/alerts/alert-search';
import { marketSearch, tradeSearch } from '../pages/markets/market-search';
import { fillSearch, orderSearch } from '../pages/orders/order-search';
import { recordSearch } from '../pages/record/record-search';
import { Layout } from './layout';
import { NoSuchPage } from './no-such-page';

const root = createRootRoute({ component: Layout, notFoundComponent: NoSuchPage });
const page = <Path extends string>(path: Path, component: ReturnType<typeof lazyRouteComponent>) =>
  createRoute({ getParentRoute: () => root, path, component });

const FIRST_SYMBOL = 'BTCUSDT';

const routes = [
  page(
    '/',
    lazyRouteComponent(() => import('../pages/overview/overview-page'), 'OverviewPage'),
  ),
  page(
    '/positions',
    lazyRouteComponent(() => import('../pages/positions/positions-page'), 'PositionsPage'),
  ),
  createRoute({
    getParentRoute: () => root,
    path: '/orders',
    validateSearch: orderSearch,
    component: lazyRouteComponent(() => import('../pages/orders/orders-page'), 'OrdersPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/fills',
    validateSearch: fillSearch,
    component: lazyRouteComponent(() => import('../pages/orders/fills-page'), 'FillsPage'),
  }),
  page(
    '/risk',
    lazyRouteComponent(() => import('../pages/risk/risk-page'), 'RiskPage'),
  ),
  page(
    '/exchange',
    lazyRouteComponent(() => import('../pages/exchange/exchange-page'), 'ExchangePage'),
  ),
  createRoute({
    getParentRoute: () => root,
    path: '/alerts',
    validateSearch: alertSearch,
    component: lazyRouteComponent(() => import('../pages/alerts/alerts-page'), 'AlertsPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/record',
    validateSearch: recordSearch,
    component: lazyRouteComponent(() => import('../pages/record/record-page'), 'RecordPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/record/$seq',
    beforeLoad: ({ params }) => {
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- the router's way to say so
      throw redirect({ to: '/record', search: { id: params.seq } });
    },
  }),
  page(
    '/settings',
    lazyRouteComponent(() => import('../pages/settings/settings-page'), 'SettingsPage'),
  ),
  createRoute({
    getParentRoute: () => root,
    path: '/trade',
    beforeLoad: () => {
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- the router's way to say so
      throw redirect({ to: '/trade/$symbol', params: { symbol: FIRST_SYMBOL } });
    },
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/trade/$symbol',
    validateSearch: tradeSearch,
    component: lazyRouteComponent(() => import('../pages/trade/trade-page'), 'TradePage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/markets',
    validateSearch: marketSearch,
    component: lazyRouteComponent(() => import('../pages/markets/markets-page'), 'MarketsPage'),
  }),
  page(
    '/bots',
    lazyRouteComponent(() => import('../pages/bots/bots-page'), 'BotsPage'),
  ),
  page(
    '/research',
    lazyRouteComponent(() => import('../pages/research/research-page'), 'ResearchPage'),
  ),
  page(
    '/bots/$id',
    lazyRouteComponent(() => import('../pages/bots/bot-page'), 'BotPage'),
  ),
] as const;

export const router = createRouter({
  routeTree: root.addChildren(routes),
  defaultPreload: 'intent',
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
