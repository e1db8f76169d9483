import { parseDocument } from 'yaml';
import type { Finding } from '../core/finding.ts';
import { parseNix } from '../nix/parser.ts';
import { positionAt } from '../nix/source.ts';

/** What is wrong with a file by itself, by its ending: Nix, JSON and YAML. Other files have no syntax here. */
export function syntaxFindings(path: string, text: string): readonly Finding[] {
  if (path.endsWith('.nix')) {
    const tree = parseNix(text);
    return tree.errors.map(({ message, offset }) => {
      const { line, column } = positionAt(tree, offset);
      return { check: 'syntax', level: 'error', file: path, line, column, message };
    });
  }
  if (path.endsWith('.json')) return jsonFindings(path, text);
  if (/\.ya?ml$/.test(path)) {
    return parseDocument(text).errors.map((error) => ({
      check: 'syntax',
      level: 'error',
      file: path,
      line: error.linePos?.[0].line ?? 1,
      column: error.linePos?.[0].col ?? 1,
      message: error.code,
    }));
  }
  return [];
}

function jsonFindings(path: string, text: string): readonly Finding[] {
  try {
    JSON.parse(text);
    return [];
  } catch {
    return [{ check: 'syntax', level: 'error', file: path, line: 1, column: 1, message: 'is not JSON' }];
  }
}
