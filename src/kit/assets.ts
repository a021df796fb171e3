import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** A file that pages load: its address names its content, so that browsers may keep it for good. */
export interface Asset {
  /** Without the mark of its content, as the server routes it. */
  path: string;
  /** As pages name it. */
  url: string;
  type: string;
  content: string;
}

const read = (name: string) => readFileSync(new URL(`./assets/${name}`, import.meta.url), 'utf8');
/** The browser's side of passkeys, as its package ships it. */
const webauthn = join(
  dirname(createRequire(import.meta.url).resolve('@simplewebauthn/browser')),
  '../dist/bundle/index.umd.min.js',
);

const css = 'text/css; charset=utf-8';
const script = 'text/javascript; charset=utf-8';

/** Every asset there is: few and small, read once. */
export const assets = {
  portal: asset('portal.css', css, packed(read('tokens.css') + read('portal.css'))),
  /** The residents' pages about requests, whose forms the other pages need not carry. */
  requests: asset(
    'requests.css',
    css,
    packed(read('tokens.css') + read('portal.css') + read('requests.css')),
  ),
  /** The residents' pages about wishes. */
  wishes: asset(
    'wishes.css',
    css,
    packed(['tokens', 'portal', 'requests', 'wishes'].map((name) => read(`${name}.css`)).join('')),
  ),
  console: asset(
    'console.css',
    css,
    ['tokens', 'portal', 'requests', 'console', 'ledger', 'reports', 'desk']
      .map((name) => read(`${name}.css`))
      .join(''),
  ),
  mark: asset('mark.svg', 'image/svg+xml', read('mark.svg')),
  ledger: asset('ledger.js', script, read('ledger.js')),
  read: asset('read.js', script, read('read.js')),
  embed: asset('embed.js', script, read('embed.js')),
  screen: asset('screen.js', script, read('screen.js')),
  screenStyle: asset('screen.css', css, read('screen.css')),
  reports: asset('reports.js', script, read('reports.js')),
  share: asset('share.js', script, read('share.js')),
  bulletin: asset('bulletin.js', script, read('bulletin.js')),
  passkey: asset('passkey.js', script, read('passkey.js')),
  webauthn: asset('webauthn.js', script, readFileSync(webauthn, 'utf8')),
};

/** A stylesheet without the space that only its writers need. */
function packed(stylesheet: string): string {
  return stylesheet
    .replace(/\/\*.*?\*\//gs, '')
    .replace(/\s+/g, ' ')
    .replace(/ ?([{};,]) ?/g, '$1')
    .replaceAll(';}', '}');
}

function asset(name: string, type: string, content: string): Asset {
  const path = `/assets/${name}`;
  const mark = createHash('sha256').update(content).digest('hex').slice(0, 12);
  return { path, url: `${path}?v=${mark}`, type, content };
}
