/** Every route of a controller with the scope it needs, read from the decorators: known before a gateway runs. */
import { RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, MODULE_METADATA, PATH_METADATA } from '@nestjs/common/constants';
import { GatewayModule } from '../src/gateway.module';
import { RouteRules, scopeOf } from '../src/identity/caller';

export interface Route {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly scope: RouteRules['scope'] | undefined;
}

type Controller = new (...parts: never[]) => object;

const controllers = Reflect.getMetadata(MODULE_METADATA.CONTROLLERS, GatewayModule) as readonly Controller[];
const pathsOf = (target: object): string[] =>
  [Reflect.getMetadata(PATH_METADATA, target) as string | string[]].flat();

/** Of a route with old addresses, the present one. */
export const routes: readonly Route[] = controllers.flatMap((controller) =>
  Object.values(Object.getOwnPropertyDescriptors(controller.prototype as object))
    .map(({ value }): unknown => value)
    .filter((handler): handler is object => Reflect.hasMetadata(METHOD_METADATA, handler as object))
    .map((handler) => {
      const paths = pathsOf(controller).flatMap((base) =>
        pathsOf(handler).map((path) => `/${base}/${path}`.replaceAll(/\/+/g, '/').replace(/(.)\/$/, '$1')),
      );
      const path = paths.findLast((one) => one.startsWith('/api/v1/') && !one.includes('-stop')) ?? paths[0]!;
      const method = RequestMethod[Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod];
      return { name: `${method} ${path}`, method, path, scope: scopeOf(handler) };
    }),
);
