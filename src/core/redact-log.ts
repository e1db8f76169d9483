import { hidden } from './redact.ts';

/**
 * What programs write into their logs that nobody should read: a password in an address, the value behind a name that
 * says what it is, the headers by which a request proves who sent it. Names stay, so that a reader knows what stood there.
 * It hides too much rather than too little: `invalid token: unexpected end` loses a word, and is still understood.
 */
const rules: readonly (readonly [RegExp, string])[] = [
  // A header of HTTP, with all of its value (RFC 9110 section 11, RFC 6265).
  [
    /\b((?:proxy-)?authorization|(?:set-)?cookie|x-api-key|x-auth-token)(["']?[ \t]*[:=][ \t]*["']?)[^\r\n"']+/gi,
    `$1$2${hidden}`,
  ],
  [/\b(bearer|basic)[ \t]+[A-Za-z0-9+/._~=-]{8,}/gi, `$1 ${hidden}`],
  // `scheme://user:password@host`, and a password alone (`redis://:password@host`).
  [/\b([a-z][a-z0-9+.-]*:\/\/[^\s:/@"']*):[^\s@"']+@/gi, `$1:${hidden}@`],
  // `DB_PASSWORD=…`, `"api_key": "…"`, `--token …`, `token: …`.
  [
    /((?:pass(?:word|wd|phrase)|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credentials?)[\w-]*["']?)([ \t]*[:=][ \t]*)("[^"\r\n]*"|'[^'\r\n]*'|[^\s,;}"']+)/gi,
    `$1$2${hidden}`,
  ],
  [/(--[\w-]*(?:password|passphrase|secret|token|api-key)[\w-]*)[ \t]+(?!-)\S+/gi, `$1 ${hidden}`],
];

/** Takes out of a log what looks like a secret by its place; what is one by its looks goes when it leaves. */
export function redactLog(log: string): string {
  return rules.reduce((text, [rule, replacement]) => text.replaceAll(rule, replacement), log);
}
