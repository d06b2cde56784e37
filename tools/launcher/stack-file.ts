/** `.elvis/stack.json`: where everything of a running system is, for the operator's commands, tests and benchmarks. */
import { existsSync, readFileSync } from 'node:fs';

export interface StackFile {
  readonly gatewayUrl: string;
  /** The Binance front: origins that a program which speaks Binance's words is pointed at. */
  readonly front: {
    readonly restUrl: string;
    readonly wsUrl: string;
    /** `binance.<domain>:<port>`: behind `https://fapi.` and so on, where a certificate was made or given. */
    readonly tlsHost?: string;
  };
  readonly apiKey: string;
  /** Origins without a path; the key is of a second account, which Elvis does not trade. */
  readonly exchange: {
    readonly restUrl: string;
    readonly wsUrl: string;
    readonly adminUrl: string;
    readonly apiKey: string;
    readonly apiSecret: string;
  };
  /** The auditor's. */
  readonly natsUrl: string;
  readonly redis: { readonly host: string; readonly port: number; readonly password?: string };
  /** The owner's. */
  readonly database: {
    readonly host: string;
    readonly port: number;
    readonly user: string;
    readonly password: string;
    readonly name: string;
  };
  /** `port` serves the service's health and metrics. */
  readonly services: readonly {
    readonly name: string;
    readonly replica: number;
    readonly pid: number;
    readonly port: number;
  }[];
  readonly servers: readonly {
    readonly name: string;
    readonly pid: number;
    readonly port: number;
    /** Where its data are. */
    readonly folder: string;
  }[];
  readonly operatorNatsUrl: string;
}

/** What runs now, or undefined if nothing does. */
export const readStackFile = (file: string): StackFile | undefined =>
  existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as StackFile) : undefined;
