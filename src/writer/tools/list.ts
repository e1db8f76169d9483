import type { Tool } from '../tool.ts';
import { askHuman } from './ask-human.ts';
import { createFile } from './create-file.ts';
import { deleteFile } from './delete-file.ts';
import { dns } from './dns.ts';
import { grep } from './grep.ts';
import { listFiles } from './list-files.ts';
import { readFile } from './read-file.ts';
import { replace } from './replace.ts';
import { setPlan } from './set-plan.ts';
import { submit } from './submit.ts';

/** The model's tools, in one fixed order: the list is part of the cached prefix. A new one joins here. */
export const tools: readonly Tool[] = [
  listFiles,
  grep,
  readFile,
  replace,
  createFile,
  deleteFile,
  dns,
  setPlan,
  askHuman,
  submit,
];
