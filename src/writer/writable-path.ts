/**
 * Why the bot may not write a path, or null where it may. It is a rule about paths, held by code and not by a prompt:
 * whatever talks the model into something, these stay as they are.
 */
export function whyNotWritable(path: string): string | null {
  if (path === '' || path.length > 400) return 'is not a usable path';
  if (path.startsWith('/') || /^[A-Za-z]:/.test(path)) return 'is an absolute path';
  if (path.includes('\\') || /\p{Cc}/u.test(path) || path !== path.normalize('NFC'))
    return 'holds characters that file systems read differently';
  const parts = path.split('/');
  if (parts.some((part) => part === '' || part === '.' || part === '..')) return 'is not a plain relative path';
  if (parts.some((part) => part.startsWith('-'))) return 'begins a part with "-", which programs take for an option';
  // HFS+ and NTFS fold case and drop some characters, so `.GIT` and `git~1` reach the same folder (CVE-2014-9390).
  if (
    parts.some((part) =>
      /^(\.git|git~\d+)$/i.test(
        part.replaceAll(/[\u200B-\u200F\u202A-\u202E\u2060-\u206F\uFEFF]/g, '').replace(/[. ]+$/, ''),
      ),
    )
  )
    return 'is inside git’s own folder';
  if (/^\.github(\/|$)/i.test(path) || /^\.(gitlab|forgejo|gitea|circleci)(\/|$)/i.test(path))
    return 'steers this bot or the checks of the repository; people change it';
  if (/(^|\/)(CODEOWNERS|\.gitmodules|\.gitattributes|\.sops\.ya?ml|secrets\.nix)$/i.test(path))
    return 'decides who may do what, or who can read secrets; people change it';
  if (
    /\.(age|gpg|asc|pem|key|enc|p12|kdbx)$/i.test(path) ||
    /(^|\/)(id_(rsa|ed25519|ecdsa)|.*\.sops\.(ya?ml|json))$/i.test(path)
  )
    return 'holds secrets; people write those';
  if (/(^|\/)flake\.lock$/.test(path)) return 'is made by `nix flake lock`, which a person runs';
  return null;
}

/** Whether a text is ciphertext or carries a secret container, whatever its name says. */
export function isEncrypted(text: string): boolean {
  return /^\0?GITCRYPT|^age-encryption\.org\/|^-----BEGIN (AGE|PGP)|"sops":\s*\{|^sops:\s*$/m.test(text);
}
