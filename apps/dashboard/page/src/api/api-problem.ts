/** A call that was not answered well: what the gateway said of it, or that there was no answer at all. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';

  /** @param status 0 when there was no answer */
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly context: Readonly<Record<string, unknown>> = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  /** Whether the thing asked for may have happened: then the same is asked again under the same id. */
  get isUncertain(): boolean {
    return this.status === 0 || this.status === 504;
  }
}

export async function problemOf(response: Response): Promise<ApiProblem> {
  const said = (await response.json().catch(() => ({}))) as Readonly<Record<string, unknown>>;
  const { code, detail, title, context, denial } = said;
  const text = [detail, title].find((part) => typeof part === 'string');
  const inner = denial as { readonly code?: string; readonly context?: Record<string, unknown> } | undefined;
  return new ApiProblem(
    response.status,
    typeof code === 'string' ? code : (inner?.code ?? `HTTP_${response.status}`),
    text ?? `The gateway answered ${response.status}`,
    (context ?? inner?.context ?? {}) as Record<string, unknown>,
  );
}
