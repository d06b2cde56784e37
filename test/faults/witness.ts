/** Where books are held against the exchange's: on a stage, or in a whole running system. */
import { Credentials } from '@elvis/binance';

export interface Witness {
  readonly redis: { readonly host: string; readonly port: number; readonly password: string };
  readonly nats: { readonly urls: { readonly provision: string } };
  readonly restPort: number;
  /** Of the account that Elvis trades. */
  readonly keys: Credentials;
  readonly hasSpot: boolean;
  admin<Reply>(method: string, path: string, body?: object): Promise<Reply>;
}
