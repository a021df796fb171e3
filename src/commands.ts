import { join } from 'node:path';
import { loadDemonstration } from '../demo/load.ts';
import { backup } from './backup/backup.ts';
import { restore } from './backup/restore.ts';
import { publish } from './bulletins/actions.ts';
import { isDemonstration } from './demonstration.ts';
import { verifyReleases } from './figures/actions.ts';
import { explainUsage, figuresCommand, figuresUsage, releasesCommand, releasesUsage } from './figures/cli.ts';
import { userCommand, userUsage } from './identity/cli.ts';
import { exportHead, firstEntryAgainstHeads } from './journal/head.ts';
import { verifyChain } from './journal/verify.ts';
import { cutoffOf } from './kit/clock.ts';
import { parseCommand, wrongUsage } from './kit/command.ts';
import { migrate, readMigrations } from './kit/migrations.ts';
import { exportCommand, exportUsage, importCommand, importUsage } from './ledger/sheet/cli.ts';
import { undoEntry } from './ledger/undo.ts';
import {
  commandLine,
  migrationsFolder,
  type OpenOptions,
  openProduct,
  type Product,
  prepare,
} from './product.ts';
import { importReportedCommand, importReportedUsage } from './reporting/cli.ts';
import { settleErasures } from './residents/actions.ts';
import { rotateKeys } from './residents/rotation.ts';

/** What a command prints, and whether the process ends well. */
export interface Outcome {
  text: string;
  ok: boolean;
}

/** One command of the command line: how it is used, how it opens the product, and what it does. */
interface Command {
  usage: string;
  open?: OpenOptions;
  run(product: Product, args: string[]): Promise<Outcome>;
}

const fine = (text: string): Outcome => ({ text, ok: true });

/** Every command but `start` and `serve`, by its name. */
export const commands: Record<string, Command> = {
  demo: {
    usage: 'demo load jinwan-2021',
    async run(product, args) {
      if (args[0] !== 'load' || args.length !== 2) throw wrongUsage(this.usage);
      const loaded = await loadDemonstration(product, args[1]!, showProgress('演示数据'));
      return fine(loaded ? '演示数据已载入。' : '演示数据已在库中，没有改动。');
    },
  },
  import: {
    usage: `${importUsage} | ${importReportedUsage}`,
    run: ({ db }, args) =>
      args[0] === 'reported'
        ? importReportedCommand(db, commandLine, args)
        : importCommand(db, commandLine, args, showProgress('导入')),
  },
  export: {
    usage: exportUsage,
    run: async ({ db }, args) => fine(await exportCommand(db, args)),
  },
  undo: {
    usage: 'undo ENTRY [--json]',
    async run({ db }, args) {
      const { words, flags } = parseCommand(args, { flags: ['json'] }, this.usage);
      if (words.length !== 1 || !/^\d{1,15}$/.test(words[0]!)) throw wrongUsage(this.usage);
      const { entry_no, outcome } = await undoEntry(db, { actor: commandLine }, Number(words[0]));
      const said = `已撤销第 ${words[0]} 条操作：恢复 ${outcome.restored} 行，收回 ${outcome.removed} 行（数据版本 ${entry_no}）。`;
      return fine(
        flags.has('json') ? JSON.stringify({ undone: Number(words[0]), entry: entry_no, ...outcome }) : said,
      );
    },
  },
  figures: {
    usage: `${figuresUsage} | ${explainUsage}`,
    async run({ db, registry }, args) {
      return fine(await figuresCommand(db, registry, args));
    },
  },
  releases: {
    usage: releasesUsage,
    run: ({ db, registry }, args) => releasesCommand(db, registry, args),
  },
  bulletin: {
    usage: 'bulletin publish jinwan-press --cutoff 2021-09-03 [--json]',
    async run(product, args) {
      const { words, values, flags } = parseCommand(
        args,
        { values: ['cutoff', 'key'], flags: ['json'] },
        this.usage,
      );
      if (words[0] !== 'publish' || words.length !== 2 || !values.cutoff) throw wrongUsage(this.usage);
      await prepare(product);
      const synthetic = await isDemonstration(product.db);
      const publication = { template: words[1]!, cutoff: cutoffOf(values.cutoff), synthetic };
      const entering = { actor: commandLine, ...(values.key && { idempotency_key: values.key }) };
      const { number } = (await publish(product.db, product.registry, entering, publication)).outcome;
      const url = `/bulletins/${number}`;
      return fine(flags.has('json') ? JSON.stringify({ number, url }) : `已发布 ${url}`);
    },
  },
  user: {
    usage: userUsage,
    async run({ db, settings }, args) {
      return fine(await userCommand(db, { actor: commandLine }, settings.address, args));
    },
  },
  backup: {
    usage: 'backup FILE',
    async run({ owner_url, settings }, args) {
      if (!args[0] || args.length !== 1) throw wrongUsage(this.usage);
      const made = await backup(owner_url, settings.schema, args[0], showProgress('备份'));
      const keys = join(settings.data, 'keys');
      return fine(
        `已备份到数据版本 ${made.entry_no}：${args[0]}（${made.rows} 行，${made.bytes} 字节）。签名私钥和登录密钥不在备份里，请另行妥善保存 ${keys}。`,
      );
    },
  },
  restore: {
    usage: 'restore FILE',
    async run(product, args) {
      if (!args[0] || args.length !== 1) throw wrongUsage(this.usage);
      const { owner_url, settings } = product;
      const migrations = readMigrations(migrationsFolder);
      const done = await restore(owner_url, settings.schema, args[0], migrations, showProgress('恢复'));
      await migrate(owner_url, settings.schema, migrations);
      const verified = await verify(product, undefined);
      await settleErasures(product.db, product.vault);
      const words = verified.ok ? '核对无误。' : `但第 ${verified.first_bad} 条记录与当时写入的不一致。`;
      return { text: `已恢复到数据版本 ${done.entry_no}（${done.rows} 行），${words}`, ok: verified.ok };
    },
  },
  keys: {
    usage: 'keys rotate',
    async run({ db, vault }, args) {
      if (args[0] !== 'rotate' || args.length !== 1) throw wrongUsage(this.usage);
      const { rotated, unreadable } = await rotateKeys(db, vault, commandLine, showProgress('更换密钥'));
      const left = unreadable > 0 ? `，${unreadable} 人的密钥不在本机，无法更换` : '';
      return { text: `已为 ${rotated} 人更换密钥${left}。`, ok: unreadable === 0 };
    },
  },
  verify: {
    usage: 'verify [--heads DIR] [--json]',
    async run(product, args) {
      const { values, flags } = parseCommand(args, { values: ['heads'], flags: ['json'] }, this.usage);
      const result = await verify(product, values.heads);
      const words = result.ok
        ? `${result.entries} 条记录、${result.releases} 个发布版本核对无误。`
        : `第 ${result.first_bad} 条记录与当时写入的不一致。`;
      return { text: flags.has('json') ? JSON.stringify(result) : words, ok: result.ok };
    },
  },
  head: {
    usage: 'head export DIR',
    async run(product, args) {
      if (args[0] !== 'export' || !args[1]) throw wrongUsage(this.usage);
      const head = await exportHead(product.db, product.key, args[1]);
      return fine(head ? `已导出数据版本 ${head.entry_no} 的签名。` : '还没有记录可导出。');
    },
  },
  db: {
    usage: 'db url',
    open: { leave_running: true },
    async run(product, args) {
      if (args[0] !== 'url') throw wrongUsage(this.usage);
      return fine(product.owner_url);
    },
  },
  migrate: {
    usage: 'migrate',
    async run(product) {
      await prepare(product);
      return fine('数据库已是最新。');
    },
  },
};

async function verify(product: Product, heads: string | undefined) {
  const chain = await verifyChain(product.db, showProgress('核对记录'));
  const releases = await verifyReleases(product.db, product.registry);
  const against = heads === undefined ? null : await firstEntryAgainstHeads(product.db, product.key, heads);
  const found = [chain.first_bad, releases.first_bad, against].filter((entry) => entry !== null);
  const first_bad = found.length > 0 ? Math.min(...found) : null;
  return { ok: first_bad === null, entries: chain.entries, releases: releases.releases, first_bad };
}

/** Shows how far long work is, in place on a terminal, in tenths elsewhere; never on standard output. */
export function showProgress(what: string): (done: number, of: number) => void {
  let shown = -1;
  return (done, of) => {
    const percent = Math.floor((100 * done) / of);
    const step = process.stderr.isTTY ? percent : Math.floor(percent / 25);
    if (step === shown) return;
    shown = step;
    process.stderr.write(process.stderr.isTTY ? `\r${what} ${percent}% ` : `${what} ${percent}%\n`);
    if (process.stderr.isTTY && done === of) process.stderr.write('\n');
  };
}

/** Opens the product, runs a command and closes it again. Raises `kit/command` for a name that is none. */
export async function runCommand(
  settings: Product['settings'],
  name: string,
  args: string[],
): Promise<Outcome> {
  const command = commands[name];
  if (!command)
    throw wrongUsage(
      `start | serve | ${Object.values(commands)
        .map((one) => one.usage)
        .join(' | ')}`,
    );
  const product = await openProduct(settings, {
    ...command.open,
    onProgress: ({ zh }) => process.stderr.write(`${zh}\n`),
  });
  try {
    return await command.run(product, args);
  } finally {
    await product.close();
  }
}
