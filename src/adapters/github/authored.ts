/** What GitHub says of who made something. */
export interface Authored {
  readonly user?: { readonly login: string; readonly type?: string } | null;
  readonly performed_via_github_app?: { readonly id?: number } | null;
}

/**
 * Whether the App itself wrote it. A mark in the text proves nothing: anybody can copy it into a comment of their own,
 * which we then must not rewrite. No person's login can hold brackets, and only our App comments under ours.
 */
export function isOurs(one: Authored, appId: number, identity: { readonly login: string }): boolean {
  const via = one.performed_via_github_app;
  // A person who acts through some App has that App here and their own name as the author.
  if (via !== undefined && via !== null && via.id !== appId) return false;
  return one.user?.type === 'Bot' && one.user.login.toLowerCase() === identity.login.toLowerCase();
}
