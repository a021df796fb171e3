import { randomBytes } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Message } from './i18n.ts';
import { findPrograms, type Programs, pinnedPackage } from './postgres-programs.ts';
import { Problem } from './problem.ts';
import { isAlive, withProcessLock } from './process-lock.ts';

/** A running embedded server, used by this process until it is released. */
export interface PostgresUse {
  /** The address of the database `shishi`, as its owner. */
  url: string;
  /** Ends this process's use; the last user stops the server. */
  release(): Promise<void>;
}

/** Where and how to run the embedded server. */
export interface PostgresOptions {
  /** The product's data folder; the server's files go into `postgres/` in it. */
  data: string;
  /** Program package, when not the pinned one (tests run version 15 too). */
  programs?: string;
  /** False where user namespaces are not to be used even if they are allowed. */
  namespaces?: boolean;
  /** Leave the server running when this process has finished with it. */
  leave_running?: boolean;
  onProgress?: (message: Message) => void;
}

/**
 * Starts the embedded server, or joins the one that runs on the same data, and gives its address. The server is its
 * own process: it outlives a killed user and is adopted by the next one.
 *
 * Raises a Problem (`kit/postgres_…`, `kit/data_folder`) in a sentence when it cannot run.
 */
export async function usePostgres(options: PostgresOptions): Promise<PostgresUse> {
  const folder = join(options.data, 'postgres');
  makeFolder(folder);
  const lock = join(folder, 'lock');
  const server = serverIn(folder, options);
  const registration = join(folder, 'users', String(process.pid));
  const url = await withProcessLock(lock, async () => {
    const address = await startOrJoin(server, options.onProgress ?? (() => {}));
    writeFileSync(registration, '');
    return address;
  });
  const release = () =>
    withProcessLock(lock, async () => {
      rmSync(registration, { force: true });
      if (!options.leave_running && !hasUsers(join(folder, 'users'))) await stop(server);
    });
  return { url, release };
}

/** One cluster's files and programs. */
interface Server {
  programs: Programs;
  cluster: string;
  log: string;
  /** The owner's password; outside the cluster and known to this machine's user alone. */
  secret: string;
  /** The port of the last start: kept, so that an address that was handed out stays good. */
  port_file: string;
}

function serverIn(folder: string, options: PostgresOptions): Server {
  const programs = findPrograms(folder, options.programs ?? pinnedPackage(), options.namespaces);
  const secretFile = join(folder, 'secret');
  if (!existsSync(secretFile)) writeFileSync(secretFile, randomBytes(24).toString('hex'), { mode: 0o600 });
  return {
    programs,
    cluster: join(programs.home, 'cluster'),
    log: join(programs.home, 'server.log'),
    secret: readFileSync(secretFile, 'utf8'),
    port_file: join(folder, 'port'),
  };
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(join(folder, 'users'), { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new Problem('kit/data_folder', 'unavailable', {
      zh: `数据目录 ${folder} 无法写入（${(error as NodeJS.ErrnoException).code}）。请检查 SHISHI_DATA、目录权限和磁盘空间。`,
      en: `The data folder ${folder} cannot be written (${(error as NodeJS.ErrnoException).code}). Check SHISHI_DATA, its permissions and the disk.`,
    });
  }
}

function hasUsers(folder: string): boolean {
  const users = readdirSync(folder).filter((name) => {
    const alive = isAlive(Number(name));
    if (!alive) rmSync(join(folder, name), { force: true });
    return alive;
  });
  return users.length > 0;
}

async function startOrJoin(server: Server, onProgress: (message: Message) => void): Promise<string> {
  const running = await runningPort(server);
  if (running) return addressOf(server, running);
  if (!existsSync(join(server.cluster, 'PG_VERSION'))) {
    onProgress({ zh: '正在建立数据库…', en: 'Creating the database…' });
    await initialise(server);
  }
  await refuseOtherMajor(server);
  const port = await startOnFreePort(server);
  await makeOwner(server, port);
  return addressOf(server, port);
}

function addressOf(server: Server, port: number, user = 'shishi_owner', database = 'shishi'): string {
  return `postgres://${user}:${server.secret}@127.0.0.1:${port}/${database}`;
}

/** The port of a server that already runs on this cluster and knows our password; a stale pid file gives nothing. */
async function runningPort(server: Server): Promise<number | undefined> {
  const deadline = Date.now() + 10_000;
  while (Date.now() < deadline) {
    const pidFile = join(server.cluster, 'postmaster.pid');
    if (!existsSync(pidFile)) return undefined;
    const lines = readFileSync(pidFile, 'utf8').split('\n');
    if (!isAlive(Number(lines[0])) || !isPostgres(Number(lines[0]))) return undefined;
    const port = Number(lines[3]);
    if (port && (await answers(addressOf(server, port, 'postgres', 'postgres')))) return port;
    await sleep(100);
  }
  return undefined;
}

/** After a restart of the machine the number in a stale pid file may belong to some other program. */
function isPostgres(pid: number): boolean {
  if (process.platform !== 'linux') return true;
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('postgres');
  } catch {
    return false;
  }
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 3000 });
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

async function initialise(server: Server): Promise<void> {
  const passwordFile = join(server.programs.home, 'initial-password');
  writeFileSync(passwordFile, server.secret, { mode: 0o600 });
  server.programs.giveToServer(passwordFile);
  // An earlier attempt that was killed leaves a folder without its last files.
  rmSync(server.cluster, { recursive: true, force: true });
  try {
    // The locale is fixed, so that a machine without LANG does not get an ASCII database.
    await server.programs.run('initdb', [
      `--pgdata=${server.cluster}`,
      '--username=postgres',
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--data-checksums',
    ]);
    appendFileSync(join(server.cluster, 'postgresql.conf'), settings);
  } catch (error) {
    rmSync(server.cluster, { recursive: true, force: true });
    throw startFailed(outputOf(error));
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

const settings = `
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 80
shared_buffers = 256MB
effective_cache_size = 1GB
work_mem = 16MB
wal_compression = on
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
log_parameter_max_length_on_error = 0
log_error_verbosity = terse
`;

async function refuseOtherMajor(server: Server): Promise<void> {
  const found = readFileSync(join(server.cluster, 'PG_VERSION'), 'utf8').trim();
  const wanted = server.programs.major;
  if (found !== wanted) {
    throw new Problem('kit/postgres_major', 'unavailable', {
      zh: `数据目录由 PostgreSQL ${found} 建立，本程序带的是 ${wanted}。请先用旧版本运行 shishi backup，再用新版本 shishi restore。`,
      en: `The data folder was made by PostgreSQL ${found}; this program carries ${wanted}. Run shishi backup with the old version, then shishi restore with the new one.`,
    });
  }
}

/** Just after a kill the old server's memory may still be held for some seconds; then a start is tried again. */
async function startOnFreePort(server: Server): Promise<number> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const port = await freePort(
      existsSync(server.port_file) ? Number(readFileSync(server.port_file, 'utf8')) : 0,
    );
    try {
      await server.programs.run('pg_ctl', [
        'start',
        '--wait',
        '--timeout=60',
        `--pgdata=${server.cluster}`,
        `--log=${server.log}`,
        `--options=-p ${port}`,
      ]);
      writeFileSync(server.port_file, String(port));
      return port;
    } catch (error) {
      if (Date.now() > deadline) throw startFailed(lastLines(server.log) || outputOf(error));
      await sleep(300);
    }
  }
}

/** The wanted port when nobody listens on it, else any free one. */
function freePort(wanted: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', () => (wanted === 0 ? reject(startFailed('no free port')) : resolve(freePort(0))));
    probe.listen(wanted, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}

async function makeOwner(server: Server, port: number): Promise<void> {
  if (await answers(addressOf(server, port))) return;
  const client = new pg.Client({ connectionString: addressOf(server, port, 'postgres', 'postgres') });
  await client.connect();
  try {
    const role = await client.query(`select 1 from pg_roles where rolname = 'shishi_owner'`);
    const verb = role.rowCount ? 'alter' : 'create';
    // It may create databases and roles (one role for each district's application) and is not a superuser.
    await client.query(`${verb} role shishi_owner login createdb createrole password '${server.secret}'`);
    const database = await client.query(`select 1 from pg_database where datname = 'shishi'`);
    if (!database.rowCount) await client.query('create database shishi owner shishi_owner');
  } finally {
    await client.end();
  }
}

async function stop(server: Server): Promise<void> {
  if (!existsSync(join(server.cluster, 'postmaster.pid'))) return;
  await server.programs
    .run('pg_ctl', ['stop', '--wait', '--mode=fast', `--pgdata=${server.cluster}`])
    // It was stopped by someone else in the meantime.
    .catch(() => {});
}

function outputOf(error: unknown): string {
  return (error as { output?: string }).output ?? String(error);
}

function lastLines(log: string): string {
  return existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n').slice(-3).join('\n') : '';
}

function startFailed(output: string): Problem {
  const full = /No space left on device/.test(output);
  return full
    ? new Problem('kit/disk_full', 'unavailable', {
        zh: '磁盘已满，数据库无法启动。请腾出空间后再试。',
        en: 'The disk is full and the database cannot start. Make room and try again.',
      })
    : new Problem('kit/postgres_start', 'unavailable', {
        zh: `内置数据库没有启动：${output}`,
        en: `The embedded database did not start: ${output}`,
      });
}
