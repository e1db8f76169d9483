/** What a host shows to somebody who does not log in. */
export type Knock =
  | { readonly kind: 'no-address'; readonly detail: string }
  /** The name or address is known, and nobody answers at the port. */
  | { readonly kind: 'no-answer'; readonly why: 'refused' | 'silent' | 'unreachable'; readonly detail: string }
  /** Somebody answers, and does not speak ssh, or ends the talk. */
  | { readonly kind: 'no-ssh'; readonly detail: string }
  | { readonly kind: 'keys'; readonly keys: readonly ShownKey[] };

export interface ShownKey {
  /** `ssh-ed25519`, as the key itself says. */
  readonly type: string;
  /** `SHA256:…` */
  readonly fingerprint: string;
}

/** Knocks at a host's door and goes away. Never throws: that nobody answers is an answer. */
export interface Door {
  knock(at: { readonly address: string; readonly port: number }, deadlineMs: number): Promise<Knock>;
}
