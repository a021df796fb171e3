import { join } from 'node:path';
import { loadDemonstration } from '../demo/load.ts';
import { createApp } from './app.ts';
import { showProgress } from './commands.ts';
import { listDemonstrators, sweepSignIn } from './identity/actions.ts';
import { issueLink } from './identity/links.ts';
import { roleNames } from './identity/roles.ts';
import { exportHead } from './journal/head.ts';
import { Problem } from './kit/problem.ts';
import { indexMissing } from './ledger/search.ts';
import { resumeImports } from './ledger/sheet/imports.ts';
import { addressBook } from './messages/delivery/addresses.ts';
import { startCourier } from './messages/delivery/queue.ts';
import { openProduct, type Product, prepare } from './product.ts';
import { closeSilent } from './requests/actions.ts';
import { settleErasures } from './residents/actions.ts';
import { addressOf, type Settings } from './settings.ts';
import { putBackLapsed } from './wishes/actions.ts';

const day = 86_400_000;
const hour = 3_600_000;
const indexAfter = 10_000;

/**
 * Serves until it is told to stop (Ctrl-C or SIGTERM), then ends cleanly. `demonstration` loads the demonstration
 * pack into an empty district first. Raises `serve/port_taken` and the Problems of opening.
 */
export async function serve(settings: Settings, demonstration: boolean): Promise<void> {
  const say = (text: string) => process.stderr.write(`${text}\n`);
  const product = await openProduct(settings, { onProgress: ({ zh }) => say(zh) });
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort());
  try {
    if (demonstration) await loadIfEmpty(product);
    await prepare(product);
    await settleErasures(product.db, product.vault);
    const app = await createApp(product);
    await app
      .listen({ host: settings.host, port: settings.port })
      .catch((error) => explainListening(error, settings));
    const { port } = app.server.address() as { port: number };
    const address = addressOf(settings.host, port);
    say(`实事已启动 · Shishi is running: ${address}`);
    if (demonstration && !settings.production) await sayLinks(product, address, say);
    // An import whose page was closed, or whose server was stopped, goes on.
    void resumeImports(product.db).catch(() => {});
    // An older ledger is indexed once, out of the way of the first pages.
    const indexing = setTimeout(() => void indexMissing(product.db).catch(() => {}), indexAfter);
    const heads = join(settings.data, 'heads');
    await exportHead(product.db, product.key, heads);
    const daily = setInterval(() => {
      void exportHead(product.db, product.key, heads).catch(() => {});
      void sweepSignIn(product.db.queries).catch(() => {});
    }, day);
    const courier = await startCourier(handsOf(product), product.owner_url);
    const hourly = setInterval(() => {
      void closeSilent(product.db, new Date()).catch(() => {});
      void putBackLapsed(product, new Date()).catch(() => {});
    }, hour);
    await aborted(stop.signal);
    clearInterval(daily);
    clearInterval(hourly);
    clearTimeout(indexing);
    say('正在停止 · Stopping…');
    await courier.stop();
    await app.close();
  } finally {
    await product.close();
  }
}

function handsOf({ db, vault, settings }: Product) {
  const gateways = new Map(settings.gateways.map((one) => [one.channel, one]));
  return { db, gateways, addressOf: addressBook(db, vault), site: settings.address, clock: () => new Date() };
}

/** One-time sign-in links for the roles of the demonstration: nobody has a password there. */
async function sayLinks({ db }: Product, address: string, say: (text: string) => void): Promise<void> {
  const people = await listDemonstrators(db.queries);
  if (people.length === 0) return;
  say('演示角色的一次性登录链接（24 小时内有效） · One-time sign-in links of the demonstration:');
  for (const { account_id, role, unit } of people) {
    const path = await issueLink(db, { account_id, purpose: 'demonstration', hours: 24, by: null });
    say(`  ${roleNames[role].zh}（${unit}） ${roleNames[role].en}: ${address}${path}`);
  }
}

async function loadIfEmpty(product: Product): Promise<void> {
  const area = await product.db.queries.selectFrom('area').select('id').limit(1).executeTakeFirst();
  if (!area) await loadDemonstration(product, 'jinwan-2021', showProgress('正在载入演示数据'));
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function explainListening(error: unknown, { host, port }: Settings): never {
  const { code } = error as { code?: string };
  if (code === 'EADDRINUSE') {
    throw new Problem('serve/port_taken', 'unavailable', {
      zh: `端口 ${port} 已被占用。请关闭占用它的程序，或换一个端口：PORT=8081 npm start。`,
      en: `Port ${port} is taken. Stop the program that uses it, or choose another: PORT=8081 npm start.`,
    });
  }
  throw new Problem('serve/address', 'unavailable', {
    zh: `无法在 ${host}:${port} 上提供服务（${code ?? '错误'}）。请检查 HOST 和 PORT。`,
    en: `Cannot serve on ${host}:${port} (${code ?? 'error'}). Check HOST and PORT.`,
  });
}
