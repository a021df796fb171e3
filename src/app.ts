import { readFileSync } from 'node:fs';
import { Type } from 'typebox';
import { addBulletinPages } from './bulletins/portal.ts';
import { addFigurePages } from './figures/portal.ts';
import { addReleasePages } from './figures/release-page.ts';
import { requireAccess, requireStatedAccess } from './identity/access.ts';
import { createServer, type Server } from './kit/http.ts';
import { addProjectPages } from './ledger/portal.ts';
import { addOpenData } from './portal/api.ts';
import { type Site, viewOf } from './portal/context.ts';
import { addHome } from './portal/home.ts';
import { errorPage } from './portal/layout.ts';
import type { Product } from './product.ts';

/** The product's version, as package.json says. */
const version = (
  JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }
).version;

/** Puts the slices together: the one file that knows every slice. `unlimited` lifts the rate limit for measuring. */
export async function createApp(product: Product, options: { unlimited?: boolean } = {}): Promise<Server> {
  const site: Site = product;
  const app = await createServer({
    version,
    requestsPerMinute: options.unlimited ? Number.MAX_SAFE_INTEGER : 1200,
    renderProblem: async (request, status, problem) =>
      errorPage(await viewOf(site, request), status, problem).toString(),
    onFault: (route, error) => {
      const { name, code, stack } = error as { name?: string; code?: string; stack?: string };
      // The stack's first line repeats the message, which may carry what somebody typed.
      const place = stack?.split('\n').slice(1, 6).join('\n') ?? '';
      process.stderr.write(
        `${JSON.stringify({ at: new Date().toISOString(), route, name, code })}\n${place}\n`,
      );
    },
  });
  app.addHook('onRoute', requireStatedAccess);
  app.addHook('preHandler', async (request) => requireAccess(request));
  addAssets(app);
  addHealth(app, product);
  addPreferences(app);
  addHome(app, site);
  addProjectPages(app, site);
  addFigurePages(app, site);
  addReleasePages(app, site);
  addBulletinPages(app, site);
  addOpenData(app, site);
  return app;
}

/** The stylesheets and the mark: few and small, read once. */
function addAssets(app: Server): void {
  const read = (name: string) => readFileSync(new URL(`./kit/assets/${name}`, import.meta.url), 'utf8');
  const assets = [
    ['/assets/portal.css', 'text/css; charset=utf-8', read('tokens.css') + read('portal.css')],
    ['/assets/mark.svg', 'image/svg+xml', read('mark.svg')],
  ] as const;
  for (const [url, type, content] of assets) {
    app.get(url, { config: { access: 'public' }, schema: { hide: true } }, async (_request, reply) =>
      reply.type(type).header('cache-control', 'public, max-age=3600').send(content),
    );
  }
}

function addHealth(app: Server, { db }: Product): void {
  const config = { access: 'public' } as const;
  app.get('/health/live', { config, schema: { hide: true } }, async () => ({ status: 'ok' }));
  app.get('/health/ready', { config, schema: { hide: true } }, async () => {
    await db.queries.selectFrom('journal_head').select('id').execute();
    return { status: 'ok' };
  });
}

const Preferences = Type.Object({
  language: Type.Optional(Type.Union([Type.Literal('zh'), Type.Literal('en')])),
  elder: Type.Optional(Type.Union([Type.Literal('on'), Type.Literal('off')])),
  back: Type.Optional(Type.String({ maxLength: 2000 })),
});

/** Language and size as the reader chose them, kept in cookies of their own browser alone. */
function addPreferences(app: Server): void {
  const schema = { body: Preferences, hide: true };
  app.post('/preferences', { config: { access: 'public' }, schema }, async (request, reply) => {
    const { language, elder, back } = request.body;
    const keep = { path: '/', httpOnly: true, sameSite: 'lax', maxAge: 31_536_000 } as const;
    if (language) reply.setCookie('language', language, keep);
    if (elder) reply.setCookie('elder', elder, keep);
    // Only a path of this site: a browser reads // and /\ as another host's address.
    const here = back && /^\/(?![/\\])[\x21-\x7e]*$/.test(back) ? back : '/';
    return reply.redirect(here, 303);
  });
}
