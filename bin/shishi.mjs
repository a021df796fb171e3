#!/usr/bin/env node
// Runs on any Node ≥ 20: installs what is missing, then hands over to the Node that npm installed.
//   shishi ARGS…            the product (src/main.ts)
//   shishi --run FILE ARGS… one of the project's own scripts, with the development dependencies
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const marker = join(root, 'node_modules', '.shishi-installed');
const args = process.argv.slice(2);
const development = args[0] === '--run';

installWhatIsMissing();
const [file, rest] = development ? [args[1], args.slice(2)] : ['src/main.ts', args];
// A command works through many rows once: little room for young objects keeps its memory small.
const serves = development || args[0] === 'start' || args[0] === 'serve';
run(nodePath(), [...(serves ? [] : ['--max-semi-space-size=4']), join(root, file), ...rest]);

function installWhatIsMissing() {
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (isInstalled(wanted)) return;
  const lock = join(root, '.installing');
  for (;;) {
    try {
      mkdirSync(lock);
      break;
    } catch (error) {
      if (error.code !== 'EEXIST')
        fail(`无法写入 ${root}（${error.code}）`, `${root} cannot be written (${error.code})`);
      if (Date.now() - statSync(lock).mtimeMs > 600_000) rmSync(lock, { recursive: true, force: true });
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
      if (isInstalled(wanted)) return;
    }
  }
  process.once('exit', () => rmSync(lock, { recursive: true, force: true }));
  process.stderr.write('正在安装所需的程序包 · Installing packages…\n');
  // Not `npm ci`: where a registry lacks a package for another platform it refuses the whole lock file.
  const options = ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
  const done = spawnSync('npm', development ? options : [...options, '--omit=dev'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (done.status !== 0) {
    fail(
      '安装没有完成，请检查网络和 npm 的镜像设置后再试',
      'The installation did not finish; check the network and npm’s registry',
    );
  }
  writeFileSync(marker, `${wanted} ${development ? 'all' : 'production'}`);
  rmSync(lock, { recursive: true, force: true });
}

function isInstalled(wanted) {
  if (!existsSync(marker)) return false;
  const [found, which] = readFileSync(marker, 'utf8').split(' ');
  return found === wanted && (which === 'all' || !development);
}

function nodePath() {
  const installed = join(root, 'node_modules', '.bin', 'node');
  if (existsSync(installed)) return installed;
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  fail(
    `没有适合本机（${process.platform}-${process.arch}）的 Node 24 程序包，请先安装 Node 24`,
    `There is no Node 24 package for ${process.platform}-${process.arch}; install Node 24 first`,
  );
}

function run(command, commandArgs) {
  // What Node compiled is kept beside the packages, so that the next start need not do it again.
  const env = { NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'node'), ...process.env };
  const child = spawn(command, commandArgs, { stdio: 'inherit', env });
  // Ctrl-C reaches the child by itself; this process only waits for it to end.
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(signal ? 128 + constants.signals[signal] : code));
}

function fail(zh, en) {
  process.stderr.write(`${zh}。\n${en}.\n`);
  process.exit(1);
}
