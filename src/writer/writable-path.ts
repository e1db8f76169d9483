/** Controls, format characters, and letters that show as nothing (U+2800 among them): names with them look like others. */
const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Surrogate}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** What a forge or a build service reads to decide what runs on a change, and who is asked. */
const steersChecks =
  /^\.(github|gitlab|forgejo|gitea|circleci|buildkite|woodpecker|ci|husky)(\/|$)|^(\.gitlab-ci|\.woodpecker|\.drone|\.travis|\.cirrus|\.pre-commit-config|appveyor|azure-pipelines|garnix)\.ya?ml$|^(Jenkinsfile|garnix\.nix)$/i;

/** What a shell or another agent obeys as soon as somebody enters the folder. */
const steersPrograms =
  /(^|\/)(\.envrc|\.mcp\.json|\.claude(\.json)?|\.cursor|\.vscode|AGENTS\.md|CLAUDE(\.local)?\.md|GEMINI\.md)(\/|$)/i;

/**
 * Why the bot may not write a path, or null where it may. It is a rule about paths, held by code and not by a prompt:
 * whatever talks the model into something, these stay as they are.
 */
export function whyNotWritable(path: string): string | null {
  if (path === '' || path.length > 400) return 'is not a usable path';
  if (path.startsWith('/') || /^[A-Za-z]:/.test(path)) return 'is an absolute path';
  if (/[\\:*?"<>|]/.test(path) || invisible.test(path) || path !== path.normalize('NFC'))
    return 'holds characters that file systems read differently';
  const parts = path.split('/');
  if (parts.some((part) => part === '' || part === '.' || part === '..')) return 'is not a plain relative path';
  if (parts.some((part) => part.startsWith('-'))) return 'begins a part with "-", which programs take for an option';
  // NTFS drops these at the end of a name, so `.git.` and `.github ` reach the folders without them.
  if (parts.some((part) => /[. ]$/.test(part)))
    return 'ends a part with a dot or a space, which some file systems drop';
  // HFS+ and NTFS fold case and know short names, so `.GIT` and `git~1` reach the same folder (CVE-2014-9390).
  if (parts.some((part) => /^(\.git|git~\d+)$/i.test(part))) return 'is inside git’s own folder';
  if (steersChecks.test(path)) return 'steers this bot or the checks of the repository; people change it';
  if (steersPrograms.test(path)) return 'steers programs that read it by themselves; people change it';
  if (/(^|\/)(CODEOWNERS|\.gitmodules|\.gitattributes|\.sops\.ya?ml|secrets\.nix)$/i.test(path))
    return 'decides who may do what, or who can read secrets; people change it';
  if (
    /\.(age|gpg|asc|pem|key|enc|p12|kdbx)$/i.test(path) ||
    /(^|\/)(id_(rsa|ed25519|ecdsa)|.*\.sops\.(ya?ml|json))$/i.test(path)
  )
    return 'holds secrets; people write those';
  if (/(^|\/)flake\.lock$/i.test(path)) return 'is made by `nix flake lock`, which a person runs';
  return null;
}

/** Whether a text is ciphertext or carries a secret container, whatever its name says. */
export function isEncrypted(text: string): boolean {
  return /^\0?GITCRYPT|^age-encryption\.org\/|^-----BEGIN (AGE|PGP)|"sops":\s*\{|^sops:\s*$/m.test(text);
}
