import { readFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { Type } from 'typebox';
import { addBulletinApi } from './bulletins/api.ts';
import { addBulletinConsole } from './bulletins/console.ts';
import { addCourseConsole } from './bulletins/course-console.ts';
import { addDraftConsole } from './bulletins/draft-console.ts';
import { addFigureFinder } from './bulletins/finder.ts';
import { addIssuedConsole } from './bulletins/issued-console.ts';
import { addBulletinPapers } from './bulletins/papers/portal.ts';
import { addPictureConsole } from './bulletins/picture-console.ts';
import { addBulletinPages } from './bulletins/portal.ts';
import { addTemplateConsole } from './bulletins/template-console.ts';
import { addVersionsPage } from './bulletins/versions-page.ts';
import { addWritingPage } from './bulletins/writing-page.ts';
import { addAreaConsole } from './console/areas.ts';
import { addMyWork } from './console/my-work.ts';
import { addPartsPage } from './console/parts-page.ts';
import { addScreen } from './console/screen.ts';
import { addFieldPages } from './field/pages.ts';
import { addComparisonPage } from './figures/comparison-page.ts';
import { addGapConsole } from './figures/gaps/console.ts';
import { addReleaseCalendar } from './figures/plans/portal.ts';
import { addFigurePages } from './figures/portal.ts';
import { addReleaseConsole } from './figures/proposals/console.ts';
import { addReleasePages } from './figures/release-page.ts';
import { addWithholdingConsole } from './figures/withholding/console.ts';
import type { Routes } from './identity/access.ts';
import { addAccountPage } from './identity/account-page.ts';
import { openAuth } from './identity/auth.ts';
import { addAuthRoutes } from './identity/auth-routes.ts';
import { addAccountConsole } from './identity/console.ts';
import { guard } from './identity/guard.ts';
import { addLogConsole } from './identity/log-console.ts';
import type { SignIn } from './identity/sign-in.ts';
import { addSignInPages } from './identity/sign-in-pages.ts';
import { assets } from './kit/assets.ts';
import { createServer, localPath, type Server } from './kit/http.ts';
import { measure } from './kit/metrics.ts';
import { addPlaces, addProjectPages, addPublicEvidence } from './ledger/portal.ts';
import { addLedger } from './ledger/routes.ts';
import { addSurveyPages } from './ledger/survey/portal.ts';
import { addMessageConsole } from './messages/console.ts';
import { addStaffInbox } from './messages/inbox-page.ts';
import { addOfficeConsole } from './office/console.ts';
import { addAboutPages } from './portal/about/pages.ts';
import { addOpenData } from './portal/api.ts';
import { allowFraming, type Site, viewOf } from './portal/context.ts';
import { addHome } from './portal/home.ts';
import { errorPage } from './portal/layout.ts';
import { addOpenDataPages } from './portal/open-data/pages.ts';
import { addReference, type Description } from './portal/reference.ts';
import { addSearch } from './portal/search/page.ts';
import type { Product } from './product.ts';
import { addReportingApi } from './reporting/api.ts';
import { addReportFiles } from './reporting/by-file.ts';
import { addReportsApi } from './reporting/reports/api.ts';
import { addReportConsole } from './reporting/reports/console.ts';
import { addRequests } from './requests/routes.ts';
import { addSupervision } from './supervision/routes.ts';
import { addWishRoutes } from './wishes/routes.ts';

/** The product's version, as package.json says. */
const version = (
  JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }
).version;

/** Puts the slices together: the one file that knows every slice. `unlimited` lifts the rate limit for measuring. */
export async function createApp(product: Product, options: { unlimited?: boolean } = {}): Promise<Server> {
  const site: Site = product;
  const app = await createServer({
    version,
    proxies: product.settings.proxies,
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
  app.addHook('onSend', (_request, reply) => allowFraming(site, reply));
  const { sign_in, apps } = openSignIn(product);
  guard(app, sign_in);
  const routes: Routes = app;
  addAssets(routes);
  addHealth(routes, product);
  addPreferences(routes);
  addHome(routes, site);
  addProjectPages(routes, site, product.settings.address);
  addFigurePages(routes, site, product.settings.address);
  addReleasePages(routes, site, product.settings.address);
  addReleaseCalendar(routes, site);
  addComparisonPage(routes, site);
  addBulletinPages(routes, site);
  addBulletinPapers(routes, site, product.settings.address);
  addOpenData(routes, site);
  addOpenDataPages(routes, site, product.settings.address);
  addSearch(routes, site);
  addAboutPages(routes, site, product.settings.address);
  addReference(routes, site, () => app.swagger() as Description);
  addReportingApi(routes, site);
  addReportsApi(routes, site);
  addBulletinApi(routes, site);
  const passkeys = isIP(new URL(product.settings.address).hostname) === 0;
  const door = { site, sign_in, apps, passkeys };
  addSignInPages(routes, door);
  addAuthRoutes(routes, door);
  addMyWork(routes, site);
  addAccountConsole(routes, site);
  addLogConsole(routes, site);
  addAccountPage(routes, door);
  addStaffInbox(routes, site);
  addMessageConsole(routes, site);
  addWishRoutes(routes, site);
  addLedger(routes, site, product.settings.address);
  addPublicEvidence(routes, site);
  addPlaces(routes, site);
  addSurveyPages(routes, site);
  addRequests(routes, site, product.settings.address);
  addSupervision(routes, site);
  addReportConsole(routes, site);
  addReportFiles(routes, site);
  addGapConsole(routes, site);
  addWithholdingConsole(routes, site);
  addReleaseConsole(routes, site);
  addBulletinConsole(routes, site);
  addDraftConsole(routes, site);
  addIssuedConsole(routes, site);
  addFigureFinder(routes, site);
  addPictureConsole(routes, site);
  addTemplateConsole(routes, site);
  addCourseConsole(routes, site);
  addWritingPage(routes, site);
  addVersionsPage(routes, site);
  addAreaConsole(routes, site);
  addOfficeConsole(routes, site);
  addScreen(routes, site);
  addFieldPages(routes, site);
  if (!product.settings.production) addPartsPage(routes, site);
  addMetrics(app, product);
  return app;
}

function openSignIn({ db, settings }: Product) {
  const { address, idle_minutes, session_hours, data, schema, apps } = settings;
  const secret_file = join(data, 'keys', `${schema}-sign-in.key`);
  const auth = openAuth({ db, secret_file, address, idle_minutes, apps });
  const sign_in: SignIn = { auth, db, limits: { failures: 5, minutes: 30, session_hours } };
  return { sign_in, apps };
}

/** The stylesheets, the mark and the script of passkeys; for good where an address names their content. */
function addAssets(routes: Routes): void {
  const schema = {
    querystring: Type.Object({ v: Type.Optional(Type.String({ maxLength: 40 })) }),
    hide: true,
  };
  for (const { path, type, content, url } of Object.values(assets)) {
    routes.get(path, { config: { access: 'public' }, schema }, async (request, reply) => {
      const named = url.endsWith(`=${request.query.v}`);
      const keep = named ? 'public, max-age=31536000, immutable' : 'public, max-age=300';
      return reply.type(type).header('cache-control', keep).send(content);
    });
  }
}

/** The measures: for the system administrator by a page, and for machines on a port of their own when one is set. */
function addMetrics(app: Server, { db, settings }: Product): void {
  const metrics = measure(app, db);
  const routes: Routes = app;
  const config = { access: { roles: ['system_admin'] } } as const;
  routes.get('/metrics', { config, schema: { hide: true } }, async (_request, reply) =>
    reply.type(metrics.contentType).send(await metrics.text()),
  );
  const { metrics_port } = settings;
  if (metrics_port === undefined) return;
  const machines = createHttpServer(async (_request, response) => {
    response.setHeader('content-type', metrics.contentType).end(await metrics.text());
  });
  app.addHook('onListen', async () => {
    await new Promise<void>((resolve, reject) => {
      machines.once('error', reject).listen(metrics_port, '127.0.0.1', resolve);
    });
  });
  app.addHook('onClose', async () => {
    machines.close();
  });
}

function addHealth(routes: Routes, { db }: Product): void {
  const config = { access: 'public' } as const;
  routes.get('/health/live', { config, schema: { hide: true } }, async () => ({ status: 'ok' }));
  routes.get('/health/ready', { config, schema: { hide: true } }, async () => {
    await db.queries.selectFrom('journal_head').select('entry_no').execute();
    return { status: 'ok' };
  });
}

const Switch = Type.Optional(Type.Enum(['on', 'off']));
const Preferences = Type.Object({
  language: Type.Optional(Type.Enum(['zh', 'en'])),
  elder: Switch,
  large: Switch,
  contrast: Switch,
  pointer: Switch,
  back: Type.Optional(Type.String({ maxLength: 2000 })),
});

/** Language and size as the reader chose them, kept in cookies of their own browser alone. */
function addPreferences(routes: Routes): void {
  const schema = { body: Preferences, hide: true };
  routes.post('/preferences', { config: { access: 'public' }, schema }, async (request, reply) => {
    const { back, ...chosen } = request.body;
    const keep = { path: '/', httpOnly: true, sameSite: 'lax', maxAge: 31_536_000 } as const;
    for (const [name, value] of Object.entries(chosen)) reply.setCookie(name, value, keep);
    return reply.redirect(localPath(back, '/'), 303);
  });
}
