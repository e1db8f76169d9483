/** Forms of secrets that are known by their looks: GitHub's and Claude's tokens, private keys, JSON web tokens, cloud keys. */
const patterns: readonly RegExp[] = [
  /\bgh[pousr]_[A-Za-z0-9]{20,}\b/g,
  /\bgithub_pat_[A-Za-z0-9_]{20,}\b/g,
  /\bsk-ant-[A-Za-z0-9_-]{10,}/g,
  /\bAKIA[0-9A-Z]{16}\b/g,
  /\bxox[abprs]-[A-Za-z0-9-]{10,}/g,
  /\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{5,}/g,
  /\bAGE-SECRET-KEY-1[0-9A-Z]{20,}/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /\bx-access-token:[^@\s]+@/g,
];

export const hidden = '[redacted]';

/** Takes secrets out of a text: the given ones to the letter, and whatever looks like one. */
export function redactor(secrets: readonly string[]): (text: string) => string {
  // A short value would black out ordinary words; no secret worth hiding is that short. The longest goes first, because
  // one secret may be a part of another.
  const known = secrets
    .flatMap(spellings)
    .filter((secret) => secret.length >= 8)
    .sort((a, b) => b.length - a.length);
  return (text) => {
    let clean = text;
    for (const secret of known) clean = clean.replaceAll(secret, hidden);
    for (const pattern of patterns) clean = clean.replaceAll(pattern, hidden);
    return clean;
  };
}

/** A secret as it may stand in logs and JSON: as it is, in base64, with escaped line ends. */
function spellings(secret: string): string[] {
  const trimmed = secret.trim();
  return [trimmed, Buffer.from(trimmed).toString('base64').replace(/=+$/, ''), trimmed.replaceAll('\n', '\\n')];
}
