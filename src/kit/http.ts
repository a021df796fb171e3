import cookie from '@fastify/cookie';
import formbody from '@fastify/formbody';
import helmet from '@fastify/helmet';
import multipart from '@fastify/multipart';
import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import fastify, {
  type FastifyError,
  type FastifyReply,
  type FastifyRequest,
  type FastifySchemaValidationError,
} from 'fastify';
import { problemOfDatabaseError } from './db.ts';
import { type Message, preferredLanguage } from './i18n.ts';
import { Problem, type ProblemKind } from './problem.ts';

const statusOf: Record<ProblemKind, number> = {
  invalid: 422,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  too_many: 429,
  unavailable: 503,
};

/** What the server needs from the product around it. */
export interface HttpOptions {
  /** The page of a Problem, or of a fault of ours when there is none. */
  renderProblem(request: FastifyRequest, status: number, problem: Problem | undefined): Promise<string>;
  /** Hears of faults of ours: the route's pattern and the error, no address and nothing that was sent. */
  onFault(route: string, error: unknown): void;
  version: string;
  /** The proxies whose word on who asks is taken; nobody's when there are none. */
  proxies: readonly string[];
  /** For each address that asks. */
  requestsPerMinute: number;
}

/** A web server with the house's manners: security headers, limits, Problems as pages or as problem+json. */
export async function createServer(options: HttpOptions) {
  const app = fastify({
    bodyLimit: 1_048_576,
    trustProxy: options.proxies.length > 0 ? [...options.proxies] : false,
    routerOptions: { maxParamLength: 200, ignoreTrailingSlash: true },
    // Numbers in a query come as text; whatever is not understood is refused rather than dropped.
    ajv: { customOptions: { coerceTypes: 'array', removeAdditional: false, allErrors: true } },
  }).withTypeProvider<TypeBoxTypeProvider>();
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'self'"],
      },
    },
    strictTransportSecurity: { maxAge: 31_536_000 },
    crossOriginResourcePolicy: { policy: 'same-origin' },
  });
  await app.register(cookie);
  await app.register(formbody, { bodyLimit: 262_144 });
  await app.register(multipart, {
    attachFieldsToBody: 'keyValues',
    limits: { fileSize: 1_048_576, files: 1, fields: 20, fieldSize: 1_000_000, parts: 25 },
    // A file arrives as its bytes whatever type its sender gave it.
    async onFile(part) {
      const content = await part.toBuffer();
      // Half a file is none: what is kept of one that is too large is that it was, for the form that is shown again.
      const too_large = part.file.truncated;
      const value = Object.assign(too_large ? Buffer.alloc(0) : content, {
        file_name: part.filename ?? '',
        too_large,
      });
      (part as typeof part & { value: SentFile }).value = value;
    },
  });
  app.addContentTypeParser('text/csv', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  await app.register(rateLimit, { global: true, max: options.requestsPerMinute, timeWindow: '1 minute' });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Shishi',
        description:
          'Open data of a public-service programme, and what its staff do. What staff do asks for their session.',
        version: options.version,
      },
      components: {
        securitySchemes: {
          session: {
            type: 'apiKey',
            in: 'cookie',
            name: 'shishi.session_token',
            description: 'A staff session.',
          },
        },
      },
    },
  });
  app.addHook('onRequest', async (request) => refuseForeignForm(request));
  app.addHook('preValidation', async ({ body, query, params }) => {
    if (![body, query, params].every(isStorable)) throw notStorable();
  });
  // A text that became a number while it was read may be none that anything can be done with: 1e309.
  app.addHook('preHandler', async ({ body, query, params }) => {
    if (![body, query, params].every(isFinal)) throw notUnderstood();
  });
  app.setErrorHandler(async (error: FastifyError, request, reply) => {
    const problem = problemOf(error, request) ?? problemOfParts(request);
    if (!problem) options.onFault(request.routeOptions.url ?? 'unknown', error);
    await sendProblem(options, request, reply, problem ? statusOf[problem.kind] : 500, problem);
  });
  app.setNotFoundHandler(async (request, reply) => {
    await sendProblem(options, request, reply, 404, notFound());
  });
  return app;
}

/** A file as a form sent it: its bytes, and the name that its sender gave it. */
export type SentFile = Buffer & { file_name: string; too_large: boolean };

/** A file of a form's body; nothing when none was chosen. Raises `kit/file_empty` and `kit/too_large` for one that is. */
export function sentFile(value: unknown): SentFile | undefined {
  if (!Buffer.isBuffer(value)) return undefined;
  const file = value as SentFile;
  if (file.too_large) throw fileTooLarge(largeFile.multipartOptions.limits.fileSize);
  if (file.length > 0) return file;
  if (!file.file_name) return undefined;
  const text = {
    zh: `“${file.file_name.slice(-40)}”是空文件，没有保存。请重新选择。`,
    en: 'The file is empty; nothing was saved. Choose another.',
  };
  throw new Problem('kit/file_empty', 'invalid', text, { file: text });
}

/**
 * What a route that takes larger files than usual says so by: one file, of at most 20 MB. A larger one is refused by
 * `sentFile` and not before, so that the form can be shown again with what was typed in it.
 */
export const largeFile = {
  multipartOptions: {
    limits: { fileSize: 20_000_000, files: 1, fields: 20, fieldSize: 100_000, parts: 25 },
    throwFileSizeLimit: false,
  },
} as const;

/** What a route says that shows its form again, with what was typed, when `refuseInvalid` finds a field wrong. */
export const formAgain = { attachValidation: true } as const;

/** Raises the Problem of a body that its schema does not allow, where the route says `formAgain`; a wrong address as it is. */
export function refuseInvalid(request: Pick<FastifyRequest, 'validationError'>): void {
  const error = request.validationError;
  if (error) throw error.validationContext === 'body' ? problemOfValidation(error.validation) : error;
}

/** The texts of a body as they were sent, to be shown again. */
export function typedTexts(body: unknown): Record<string, string> {
  const texts = Object.entries(body ?? {}).filter(([, value]) => typeof value === 'string');
  return Object.fromEntries(texts);
}

/** The server, as the app that puts the slices together sees it. */
export type Server = Awaited<ReturnType<typeof createServer>>;

/** Gives a reply the status of a Problem, for a form that is shown again with what was typed. */
export function withProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  return reply.code(statusOf[problem.kind]);
}

/** A path of this site that a form may lead back to, or the other one: a browser reads // and /\ as another host. */
export function localPath(text: string | undefined, otherwise: string): string {
  return text && /^\/(?![/\\])[\x21-\x7e]*$/.test(text) ? text : otherwise;
}

/** The headers of a request as the web's standard has them. */
export function headersOf(request: FastifyRequest): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return headers;
}

/** A form from another site is refused before it is read: the browser says where it came from. */
function refuseForeignForm(request: FastifyRequest): void {
  if (request.method === 'GET' || request.method === 'HEAD' || request.method === 'OPTIONS') return;
  const site = request.headers['sec-fetch-site'];
  const origin = request.headers.origin;
  const foreign =
    site !== undefined
      ? site !== 'same-origin' && site !== 'none'
      : origin !== undefined && URL.parse(origin)?.host !== request.host;
  if (!foreign) return;
  throw new Problem('kit/foreign_form', 'forbidden', {
    zh: '这个表单是从别的网站提交的，没有处理。请在本站打开页面再提交。',
    en: 'This form was sent from another site and was not accepted. Open the page here and send it again.',
  });
}

function problemOf(error: FastifyError, request: FastifyRequest): Problem | undefined {
  if (error instanceof Problem) return error;
  if (error.validation) return problemOfValidation(error.validation);
  if (error.statusCode === 429) {
    return new Problem('kit/too_many', 'too_many', {
      zh: '访问太频繁，请一分钟后再试。',
      en: 'Too many requests. Try again in a minute.',
    });
  }
  if (error.code === 'FST_REQ_FILE_TOO_LARGE') {
    return fileTooLarge(request.routeOptions.config.multipartOptions?.limits?.fileSize ?? 1_048_576);
  }
  if (error.statusCode === 413) {
    return new Problem('kit/too_large', 'invalid', {
      zh: '提交的内容太大，没有处理。请分成几份再提交；写好的文字可以用浏览器的“后退”找回。',
      en: 'What was sent is too large and nothing was done. Send it in parts; going back in the browser finds the text.',
    });
  }
  if (error.statusCode && error.statusCode < 500) {
    return notUnderstood();
  }
  return problemOfDatabaseError(error);
}

function fileTooLarge(bytes: number): Problem {
  const most = Math.floor(bytes / 1_000_000);
  const text = {
    zh: `文件太大（最多 ${most} MB），没有保存。请压缩后再传，或拆成几份分别传。`,
    en: `The file is too large (at most ${most} MB) and was not kept. Compress it, or split it and send the parts.`,
  };
  return new Problem('kit/too_large', 'invalid', text, { file: text });
}

/** What people call the fields of forms, as their labels do. */
const fieldLabels: Record<string, Message> = {
  note: { zh: '说明', en: 'The note' },
  text: { zh: '内容', en: 'The text' },
  content: { zh: '内容', en: 'The content' },
  reason: { zh: '理由', en: 'The reason' },
  explanation: { zh: '说明', en: 'The explanation' },
  title: { zh: '名称', en: 'The title' },
  name: { zh: '名称', en: 'The name' },
  target: { zh: '目标', en: 'The target' },
  q: { zh: '查找', en: 'The search' },
  start: { zh: '开始时间', en: 'The start' },
  deadline: { zh: '完成时限', en: 'The deadline' },
  planned_start: { zh: '计划开始', en: 'The planned start' },
  planned_end: { zh: '计划完成', en: 'The planned end' },
  occurred_at: { zh: '发生时间', en: 'The time' },
  issued_on: { zh: '印发日期', en: 'The date of issue' },
  day: { zh: '日期', en: 'The day' },
  cutoff: { zh: '截止时间', en: 'The cut-off' },
  file: { zh: '文件', en: 'The file' },
  kind: { zh: '方式', en: 'The kind' },
  position: { zh: '序号', en: 'The number of the item' },
  weight: { zh: '权重', en: 'The weight' },
  number: { zh: '项目编号', en: 'The number of the project' },
  into: { zh: '并入的项目', en: 'The project to merge into' },
  batch: { zh: '批次', en: 'The batch' },
  document_no: { zh: '文号', en: 'The document number' },
  source_note: { zh: '来源说明', en: 'The note on the source' },
  disclosure: { zh: '公开', en: 'The disclosure' },
  decision: { zh: '决定', en: 'The decision' },
  unit: { zh: '单位', en: 'The unit' },
  unit_id: { zh: '单位', en: 'The unit' },
  unit_code: { zh: '单位', en: 'The unit' },
  town: { zh: '镇街', en: 'The town' },
  field_code: { zh: '领域', en: 'The field' },
  area_code: { zh: '地区', en: 'The area' },
  state: { zh: '状态', en: 'The state' },
  to: { zh: '要办的步骤', en: 'The step' },
  login: { zh: '账号', en: 'The login' },
  password: { zh: '密码', en: 'The password' },
  page: { zh: '页码', en: 'The page' },
};

/** How many wrong fields a sentence names before it says only how many there are. */
const mostNamed = 3;

/** The Problem of what a schema does not allow: each wrong field by its label, and what is wrong with it. */
function problemOfValidation(errors: readonly FastifySchemaValidationError[]): Problem {
  const fields: Record<string, Message> = {};
  for (const error of errors) {
    const { missingProperty, additionalProperty } = error.params;
    const beyond = missingProperty ?? additionalProperty;
    const name = [error.instancePath.slice(1), beyond === undefined ? '' : String(beyond)]
      .filter(Boolean)
      .join('/');
    fields[name] ??= sentenceOf(name, error);
  }
  const all = Object.values(fields);
  const named = all.slice(0, mostNamed);
  const more = all.length > named.length;
  const text = {
    zh: `${named.map(({ zh }) => zh).join('')}${more ? `一共有 ${all.length} 处需要改。` : ''}`,
    en: `${named.map(({ en }) => en).join(' ')}${more ? ` There are ${all.length} of these in all.` : ''}`,
  };
  return new Problem('kit/request', 'invalid', text, fields);
}

/** A field that is wrong by its label, the how-manieth where there are several, and what is wrong with it. */
function sentenceOf(name: string, error: FastifySchemaValidationError): Message {
  const parts = name.split('/');
  const last = parts.findLast((part) => !/^\d+$/.test(part)) ?? name;
  // A form is sent with a key that nobody typed; without it the page itself is at fault.
  if (last === 'key') {
    return {
      zh: '这个页面的表单不完整，请刷新页面后再提交。',
      en: 'The form of this page is incomplete. Reload the page and send it again.',
    };
  }
  const index = parts.find((part) => /^\d+$/.test(part));
  const place = index === undefined ? undefined : Number(index) + 1;
  const label = Object.hasOwn(fieldLabels, last) ? fieldLabels[last]! : { zh: `“${last}”`, en: `“${last}”` };
  const fault = faultOf(error);
  return {
    zh: `${place === undefined ? '' : `第 ${place} 处的`}${label.zh}${fault.zh}。`,
    en: `${label.en}${place === undefined ? '' : ` in place ${place}`} ${fault.en}.`,
  };
}

function faultOf({ keyword, params }: FastifySchemaValidationError): Message {
  const limit = Number(params.limit);
  const empty = { zh: '不能为空', en: 'must not be empty' };
  switch (keyword) {
    case 'required':
      return empty;
    case 'minLength':
      return limit > 1
        ? { zh: `太短，至少 ${limit} 字`, en: `is too short: ${limit} characters or more` }
        : empty;
    case 'maxLength':
      return { zh: `太长，最多 ${limit} 字`, en: `is too long: ${limit} characters or fewer` };
    case 'minItems':
      return { zh: `太少，至少 ${limit} 项`, en: `has too few entries: ${limit} or more` };
    case 'maxItems':
      return { zh: `太多，最多 ${limit} 项`, en: `has too many entries: ${limit} or fewer` };
    case 'minimum':
      return { zh: `太小，不能小于 ${limit}`, en: `must be ${limit} or more` };
    case 'maximum':
      return { zh: `太大，不能大于 ${limit}`, en: `must be ${limit} or less` };
    case 'enum':
    case 'const':
    case 'anyOf':
      return { zh: '不是可以选的一项', en: 'is none of the choices' };
    case 'additionalProperties':
      return { zh: '不是这里要填的内容', en: 'is not asked for here' };
    default:
      return { zh: '格式不对', en: 'is not in the right form' };
  }
}

/** A form in parts that breaks off or lies about its parts is its sender's fault: its parser says so in many ways. */
function problemOfParts(request: FastifyRequest): Problem | undefined {
  const parts = request.headers['content-type']?.startsWith('multipart/form-data');
  return parts && request.body === undefined ? notUnderstood() : undefined;
}

function notUnderstood(): Problem {
  return new Problem('kit/request', 'invalid', {
    zh: '请求无法理解，没有处理。',
    en: 'The request could not be understood and was not acted on.',
  });
}

/** Whether every text in a request is one: no database keeps NUL, and no digest half a character. */
function isStorable(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed() && !value.includes('\0');
  if (value === null || typeof value !== 'object' || Buffer.isBuffer(value)) return true;
  return Object.entries(value).every(([name, one]) => isStorable(name) && isStorable(one));
}

/** Whether every number in a request is one. */
function isFinal(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (value === null || typeof value !== 'object' || Buffer.isBuffer(value)) return true;
  return Object.values(value).every(isFinal);
}

function notStorable(): Problem {
  return new Problem('kit/characters', 'invalid', {
    zh: '内容里有无法保存的字符（空字符或残缺的字符），没有处理。请删除后重新输入。',
    en: 'The text has characters that cannot be kept (NUL or half of one); nothing was done. Type it again without them.',
  });
}

function notFound(): Problem {
  return new Problem('kit/not_found', 'not_found', {
    zh: '地址可能写错了，或页面已经移走。可以从首页或项目清单查找。',
    en: 'The address may be mistyped or the page has moved. Try the home page or the list of projects.',
  });
}

/** Whether an address is one that programs ask, so that trouble is told as problem+json. */
export function isForPrograms(url: string): boolean {
  const path = url.split('?')[0]!;
  return path.startsWith('/api/') || path.endsWith('.json') || path.startsWith('/health/');
}

/** RFC 9457 where a program asks, a page where a person does; the same sentence in both. */
async function sendProblem(
  options: HttpOptions,
  request: FastifyRequest,
  reply: FastifyReply,
  status: number,
  problem: Problem | undefined,
): Promise<void> {
  const path = request.url.split('?')[0]!;
  reply.code(status).header('cache-control', 'no-store').header('vary', 'Accept-Language, Cookie');
  if (status === 429 || status === 503) reply.header('retry-after', '60');
  if (!isForPrograms(path)) {
    await reply.type('text/html; charset=utf-8').send(await options.renderProblem(request, status, problem));
    return;
  }
  const language = preferredLanguage(request.headers['accept-language']);
  const detail =
    problem?.text[language] ??
    (language === 'zh' ? '系统出错，没有改动任何内容。' : 'Something failed; nothing was changed.');
  const fields = problem &&
    Object.keys(problem.fields).length > 0 && { fields: mapFields(problem, language) };
  await reply
    .type('application/problem+json')
    .send(
      JSON.stringify({ type: 'about:blank', title: problem?.code ?? 'kit/fault', status, detail, ...fields }),
    );
}

function mapFields(problem: Problem, language: 'zh' | 'en'): Record<string, string> {
  return Object.fromEntries(Object.entries(problem.fields).map(([name, text]) => [name, text[language]]));
}
