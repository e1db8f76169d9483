/** Which requests a rule is for. What is left out matches everything. */
export interface When {
  readonly method?: string;
  /** The route's template, e.g. `/repos/{owner}/{repo}/issues/{issue_number}/comments`. */
  readonly route?: string;
  readonly path?: RegExp;
}

/** What GitHub does on a bad day. */
export type Trouble =
  | { readonly kind: 'primary-limit'; readonly resetInSeconds: number }
  | { readonly kind: 'secondary-limit'; readonly retryAfterSeconds: number }
  | { readonly kind: 'status'; readonly status: number; readonly retryAfterSeconds?: number; readonly message?: string }
  /** `after`: the request takes effect and its reply is lost. */
  | { readonly kind: 'cut'; readonly when: 'before' | 'after' }
  | { readonly kind: 'latency'; readonly ms: number };

export interface Rule {
  readonly when?: When;
  readonly trouble: Trouble;
  /** How many requests it meets; 1 by default, latency for ever. */
  readonly times?: number;
}

/** The rules that wait. Latencies add up; of the rest, the first that matches is used. */
export class Injections {
  readonly #rules: { readonly rule: Rule; left: number }[] = [];

  /** Adds a rule; call what is returned to take it back. */
  add(rule: Rule): () => void {
    const entry = { rule, left: rule.times ?? (rule.trouble.kind === 'latency' ? Number.POSITIVE_INFINITY : 1) };
    this.#rules.push(entry);
    return () => {
      entry.left = 0;
    };
  }

  take(
    method: string,
    route: string | null,
    path: string,
  ): { readonly latencyMs: number; readonly trouble: Trouble | null } {
    let latencyMs = 0;
    let trouble: Trouble | null = null;
    for (const entry of this.#rules) {
      if (entry.left <= 0 || !matches(entry.rule.when ?? {}, method, route, path)) continue;
      if (entry.rule.trouble.kind === 'latency') latencyMs += entry.rule.trouble.ms;
      else if (trouble === null) trouble = entry.rule.trouble;
      else continue;
      entry.left -= 1;
    }
    return { latencyMs, trouble };
  }
}

function matches(when: When, method: string, route: string | null, path: string): boolean {
  if (when.method !== undefined && when.method !== method) return false;
  if (when.route !== undefined && when.route !== route) return false;
  return when.path === undefined || when.path.test(path);
}
