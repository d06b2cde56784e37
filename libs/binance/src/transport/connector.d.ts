/** The part of `@binance/connector` that is used; the package ships no types of its own. */
declare module '@binance/connector' {
  export class Spot {
    constructor(
      apiKey: string,
      apiSecret: string,
      options: { baseURL: string; timeout: number; logger: object },
    );
    publicRequest(
      method: string,
      path: string,
    ): Promise<{ status: number; headers: Readonly<Record<string, unknown>>; data: string }>;
  }
}
