/**
 * Key and host must belong together: a paper or testnet run must never reach the real exchange, and a live run must
 * have been confirmed in words. Loopback hosts pass in every mode, they are nobody's exchange.
 */
export interface TradingHost {
  readonly mode: 'paper' | 'testnet' | 'live';
  readonly confirmed: string;
  readonly urls: readonly string[];
}

const LIVE_HOSTS = /(^|\.)binance\.com$/;
const TESTNET_HOSTS =
  /^(demo-[a-z-]+\.binance\.com|testnet\.binance\.vision|(testnet|fstream)\.binancefuture\.com)$/;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Every reason why this mode must not start on these hosts. */
export function tradingHostProblems({ mode, confirmed, urls }: TradingHost): string[] {
  const hosts = urls.map((url) => new URL(url).hostname).filter((host) => !LOOPBACK.test(host));
  const isTestnet = (host: string): boolean => TESTNET_HOSTS.test(host);
  const isLive = (host: string): boolean => LIVE_HOSTS.test(host) && !isTestnet(host);
  const problems: string[] = [];
  if (mode === 'live' && confirmed !== 'yes')
    problems.push('TRADING_MODE=live also needs LIVE_TRADING_CONFIRMED=yes');
  if (mode === 'live' && hosts.some(isTestnet)) problems.push('TRADING_MODE=live with a testnet host');
  if (mode !== 'live' && hosts.some(isLive)) problems.push(`TRADING_MODE=${mode} with a live host`);
  if (mode === 'paper' && hosts.some(isTestnet)) problems.push('TRADING_MODE=paper with a testnet host');
  return problems;
}
