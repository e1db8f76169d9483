import type { TestProject } from 'vitest/node';
import { compilePrograms, type Programs } from '../e2e/bot-processes.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where the bot's own programs are, compiled. */
    readonly programs: string;
  }
}

let programs: Programs;

/** Compiles the bot once for all files. */
export async function setup(project: TestProject): Promise<void> {
  programs = await compilePrograms();
  project.provide('programs', programs.folder);
}

export const teardown = (): Promise<void> => programs.remove();
