// Draws the pages of a running server for our own eyes: `npm run look -- http://127.0.0.1:8080 tmp/look`.
import { mkdirSync } from 'node:fs';
import { openBrowser } from '../support/browser.ts';

const [address = 'http://127.0.0.1:8080', folder = 'tmp/look', ...only] = process.argv.slice(2);
const pages =
  only.length > 0
    ? only
    : [
        '/',
        '/projects',
        '/projects/JW2021-001',
        '/figures',
        '/figures/ledger.completion_rate?by=area',
        '/releases/1',
        '/bulletins',
        '/bulletins/2021-001',
      ];
mkdirSync(folder, { recursive: true });
const browser = await openBrowser();
for (const width of [390, 1440]) {
  for (const elder of ['off', 'on']) {
    const context = await browser.newContext({
      viewport: { width, height: width === 390 ? 844 : 900 },
      locale: 'zh-CN',
    });
    await context.addCookies([{ name: 'elder', value: elder, url: address }]);
    const page = await context.newPage();
    for (const path of pages) {
      await page.goto(`${address}${path}`);
      const name = path.replace(/[^\w-]+/g, '_').replace(/^_|_$/g, '') || 'home';
      await page.screenshot({
        path: `${folder}/${name}-${width}${elder === 'on' ? '-elder' : ''}.png`,
        fullPage: true,
      });
    }
    await context.close();
  }
}
await browser.close();
