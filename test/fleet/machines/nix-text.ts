/** A service of the host's, as its configuration says it. */
export function service(name: string, script: string, more = ''): string {
  const text = `''\n${script}\n''`;
  return `{ systemd.services.${name} = { wantedBy = [ "multi-user.target" ]; script = ${text}; ${more} }; }`;
}

/** Something that every activation of this system does. */
export function activation(script: string): string {
  return `{ system.activationScripts.extra = ''\n${script}\n''; }`;
}

/** Modules, joined. */
export function together(...modules: readonly string[]): string {
  return `{ imports = [ ${modules.map((text) => `(${text})`).join(' ')} ]; }`;
}
