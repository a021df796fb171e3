import { runCommand } from './commands.ts';
import { problemOfDatabaseError } from './kit/db.ts';
import { Problem } from './kit/problem.ts';
import { readSettings } from './settings.ts';

/** The one executable: `shishi start | serve | demo | figures | bulletin | verify | db | …`. */
async function main(args: string[]): Promise<boolean> {
  const [name = 'help', ...rest] = args;
  const settings = readSettings(process.env);
  if (name === 'start' || name === 'serve') {
    // A command needs no server: what only that loads stays out of its memory.
    const { serve } = await import('./serve.ts');
    await serve(settings, name === 'start');
    return true;
  }
  const { text, ok } = await runCommand(settings, name, rest);
  process.stdout.write(`${text}\n`);
  return ok;
}

try {
  if (!(await main(process.argv.slice(2)))) process.exitCode = 1;
} catch (error) {
  process.exitCode = 1;
  const problem = error instanceof Problem ? error : problemOfDatabaseError(error);
  if (problem) process.stderr.write(`${problem.text.zh}\n${problem.text.en}\n`);
  else process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
}
