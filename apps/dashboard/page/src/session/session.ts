/**
 * Who is signed in, in this tab. The access token is kept in memory and nowhere else; what outlives a reload is a
 * cookie that no script can read, and that by itself can change nothing. Tabs tell each other when one signs out.
 */
type Status = 'beginning' | 'signed-out' | 'signed-in';

export interface SessionState {
  readonly status: Status;
  /** How the audit names this person or key. */
  readonly actor?: string;
  readonly scopes: ReadonlySet<string>;
  /** Why a link did not open the door, as the gateway said it. */
  readonly refusal?: string;
}

export type Credentials =
  | { readonly ticket: string }
  | { readonly accessKey: string }
  | { readonly email: string; readonly password: string };

interface Grant {
  readonly accessToken: string;
  /** Seconds. */
  readonly expiresIn: number;
}

/** Says only that a cookie may be there: who has never signed in is not refused for asking. */
const SIGNED_IN = 'elvis.signed-in';
const ADDRESS = '/api/v1/auth/session';
/** A token is renewed so long before it runs out. */
const EARLY_MS = 60_000;
const NOBODY: SessionState = { status: 'signed-out', scopes: new Set() };

class Session {
  private state: SessionState = { status: 'beginning', scopes: new Set() };
  private token: { readonly text: string; readonly untilMs: number } | undefined;
  private renewal: Promise<boolean> | undefined;
  private readonly listeners = new Set<() => void>();
  private readonly tabs = new BroadcastChannel('elvis-session');

  constructor() {
    this.tabs.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (data === 'signed-out') this.become(NOBODY);
      if (data === 'signed-in' && this.state.status === 'signed-out') void this.refresh();
    };
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly current = (): SessionState => this.state;

  scopes(): ReadonlySet<string> {
    return this.state.scopes;
  }

  /** At the page's start: by the link that was opened, else by the cookie of an earlier sign-in. */
  async begin(): Promise<void> {
    const ticket = /^#ticket=([\w-]+)$/.exec(location.hash)?.[1];
    if (ticket === undefined) {
      if (localStorage.getItem(SIGNED_IN) === null) return this.become(NOBODY);
      return void (await this.refresh());
    }
    history.replaceState(null, '', location.pathname + location.search);
    const refusal = await this.signIn({ ticket });
    // An old link in a browser that is signed in already is no reason to ask again.
    if (refusal !== undefined && !(await this.refresh())) this.become({ ...NOBODY, refusal });
  }

  /** Answers why not, in the gateway's words; undefined when signed in. */
  async signIn(credentials: Credentials): Promise<string | undefined> {
    const answer = await post(ADDRESS, credentials);
    if (!answer?.ok) return reasonOf(answer);
    await this.accept((await answer.json()) as Grant);
    this.tabs.postMessage('signed-in');
    return undefined;
  }

  /** The token for the next request; undefined where nobody is signed in. */
  async bearer(): Promise<string | undefined> {
    if (this.token && this.token.untilMs - EARLY_MS < performance.now()) await this.refresh();
    return this.token?.text;
  }

  /** Answers whether there is a token again. Requests that fail at once share one renewal. */
  refresh(): Promise<boolean> {
    this.renewal ??= this.renew().finally(() => (this.renewal = undefined));
    return this.renewal;
  }

  async signOut(): Promise<void> {
    const bearer = await this.bearer();
    if (bearer !== undefined) await post('/api/v1/auth/logout', undefined, bearer);
    this.become(NOBODY);
    this.tabs.postMessage('signed-out');
  }

  private async renew(): Promise<boolean> {
    const answer = await post(`${ADDRESS}/refresh`);
    if (answer?.ok) {
      await this.accept((await answer.json()) as Grant);
      return true;
    }
    // A gateway that does not answer has ended nothing: what was signed in stays so, and asks again.
    if (answer === undefined || answer.status >= 500 || answer.status === 429) {
      if (this.state.status === 'beginning') this.become({ ...NOBODY, refusal: await reasonOf(answer) });
      return false;
    }
    this.become(NOBODY);
    return false;
  }

  private async accept({ accessToken, expiresIn }: Grant): Promise<void> {
    localStorage.setItem(SIGNED_IN, 'yes');
    this.token = { text: accessToken, untilMs: performance.now() + expiresIn * 1_000 };
    if (this.state.status === 'signed-in') return;
    const answer = await fetch('/api/v1/auth/me', { headers: { authorization: `Bearer ${accessToken}` } });
    const { actor, scopes } = (await answer.json()) as { actor: string; scopes: readonly string[] };
    this.become({ status: 'signed-in', actor, scopes: new Set(scopes) });
  }

  private become(state: SessionState): void {
    if (state.status === 'signed-out') {
      this.token = undefined;
      if (state.refusal === undefined) localStorage.removeItem(SIGNED_IN);
    }
    this.state = state;
    this.listeners.forEach((listener) => listener());
  }
}

/** Undefined where no answer came. */
const post = (address: string, body?: object, bearer?: string): Promise<Response | undefined> =>
  fetch(address, {
    method: 'POST',
    credentials: 'same-origin',
    headers: {
      'x-requested-with': 'elvis',
      ...(body && { 'content-type': 'application/json' }),
      ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
    },
    body: body && JSON.stringify(body),
  }).catch(() => undefined);

async function reasonOf(answer: Response | undefined): Promise<string> {
  if (!answer) return 'The gateway could not be reached';
  const told = (await answer.json().catch(() => ({}))) as { detail?: string };
  return told.detail ?? `HTTP ${answer.status}`;
}

export const session = new Session();
