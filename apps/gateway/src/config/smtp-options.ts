/** How the mail server of `SMTP_URL` is spoken to: by TLS unless it is on this machine, and never for long. */
const ANSWERS_WITHIN_MS = 10_000;

export const smtpOptions = (url: string) => ({
  url,
  // A token in clear text on a network is a token for everybody on it.
  requireTLS: !isLoopback(new URL(url).hostname),
  connectionTimeout: ANSWERS_WITHIN_MS,
  greetingTimeout: ANSWERS_WITHIN_MS,
  socketTimeout: ANSWERS_WITHIN_MS,
  disableFileAccess: true,
  disableUrlAccess: true,
});

const isLoopback = (host: string): boolean => /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(host);
