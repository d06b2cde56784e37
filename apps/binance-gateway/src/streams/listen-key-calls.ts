/** Calls about listen keys, of futures and of the old kind on spot; the key alone is enough for them, as at Binance. */
import { Market } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { KeyCall, KeyRoute } from '../calls/call';
import { FrontListenKeys } from './front-listen-keys';

const PATHS: readonly (readonly [Market, string])[] = [
  ['futures', '/fapi/v1/listenKey'],
  ['spot', '/api/v3/userDataStream'],
];

@Injectable()
export class ListenKeyCalls {
  constructor(private readonly listenKeys: FrontListenKeys) {}

  routes(): KeyRoute[] {
    return PATHS.flatMap(([market, path]): KeyRoute[] => {
      const whose = ({ holder: { keyId }, apiKey }: KeyCall) => ({ market, keyId, apiKey });
      const route = (method: KeyRoute['method'], answer: KeyRoute['answer']): KeyRoute => ({
        method,
        path,
        market,
        doing: 'read',
        isSigned: false,
        needsKey: true,
        answer,
      });
      return [
        route('POST', async (call) => listed(await this.listenKeys.open(whose(call)))),
        route('PUT', async (call) => {
          const listenKey = await this.listenKeys.extend(whose(call), call.parameters.get('listenKey'));
          return market === 'futures' ? listed(listenKey) : '{}';
        }),
        route('DELETE', async (call) => {
          await this.listenKeys.close(whose(call), call.parameters.get('listenKey'));
          return '{}';
        }),
      ];
    });
  }
}

const listed = (listenKey: string): string => JSON.stringify({ listenKey });
