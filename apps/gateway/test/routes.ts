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

type Class = new (...parts: never[]) => object;

const metadata = (key: string, module: Class): readonly Class[] =>
  (Reflect.getMetadata(key, module) as readonly Class[] | undefined) ?? [];
const controllersOf = (module: Class): readonly Class[] => [
  ...metadata(MODULE_METADATA.CONTROLLERS, module),
  ...metadata(MODULE_METADATA.IMPORTS, module).flatMap(controllersOf),
];
const pathOf = (target: object): string => Reflect.getMetadata(PATH_METADATA, target) as string;

export const routes: readonly Route[] = [...new Set(controllersOf(GatewayModule))].flatMap((controller) =>
  Object.values(Object.getOwnPropertyDescriptors(controller.prototype as object))
    .map(({ value }): unknown => value)
    .filter((handler): handler is object => Reflect.hasMetadata(METHOD_METADATA, handler as object))
    .map((handler) => {
      const path = `/${pathOf(controller)}/${pathOf(handler)}`
        .replaceAll(/\/+/g, '/')
        .replace(/(.)\/$/, '$1');
      const method = RequestMethod[Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod];
      return { name: `${method} ${path}`, method, path, scope: scopeOf(handler) };
    }),
);
