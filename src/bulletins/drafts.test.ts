import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import sharp from 'sharp';
import { demonstrationTemplate, type TestProduct, testProduct } from '../../test/support/database.ts';
import { invalidities } from '../../test/support/html.ts';
import { signedInAs } from '../../test/support/visitor.ts';
import { createApp } from '../app.ts';
import type { Entitled } from '../identity/access.ts';
import { entitledAs } from '../identity/actions.ts';
import { cutoffOf } from '../kit/clock.ts';
import type { Server } from '../kit/http.ts';
import { listFields } from '../ledger/actions.ts';
import { editCells } from '../ledger/edits.ts';
import { findPublished } from '../portal/published.ts';
import { report } from '../reporting/actions.ts';
import { publish, tryTemplate, withdraw } from './actions.ts';
import { takeAct } from './acts.ts';
import { numbersOf } from './content.ts';
import type { Act } from './course.ts';
import { createCorrection, createDraft, type NewDraft, saveDraft } from './drafts.ts';
import { examine, getDraft } from './examine.ts';
import { dropTemplate, saveTemplate, setCourse } from './keeping.ts';
import { addPicture } from './pictures.ts';
import { kindCodes, kindOf } from './rules.ts';
import { findAnyBulletin } from './store.ts';
import { productTemplates } from './templates.ts';

let product: TestProduct;
let app: Server;
const people = new Map<string, Entitled>();
before(async () => {
  product = await testProduct(demonstrationTemplate);
  app = await createApp(product, { unlimited: true });
  for (const login of ['publisher', 'coordinator', 'inspector', 'leader']) {
    people.set(login, await entitledAs(product.db.queries, login));
  }
});
after(async () => {
  await app.close();
  await product.remove();
});

const as = (login: string) => ({ actor: people.get(login)! });
const cutoff = cutoffOf('2021-09-03T09:00');

async function begin(text: Partial<NewDraft>, login = 'publisher'): Promise<number> {
  const draft: NewDraft = {
    kind: 'press',
    audience: kindOf(text.kind ?? 'press').audience,
    template: null,
    title: '进展',
    text: '截至[[cutoff]]，已完成[[ledger.completed]]个。',
    cutoff,
    addressee: null,
    contact: null,
    term_days: null,
    synthetic: true,
    ...text,
  };
  return (await createDraft(product.db, product.registry, as(login), draft)).outcome.id;
}

function take(login: string, id: number, act: Act, note?: string) {
  return takeAct(product.db, product.registry, as(login), { id, act, note });
}

/** Leads a draft through the usual course; gives its number. */
async function issue(id: number): Promise<string> {
  await take('publisher', id, 'submission');
  await take('coordinator', id, 'review');
  await take('coordinator', id, 'secrecy');
  await take('inspector', id, 'review');
  await take('leader', id, 'review');
  return (await take('leader', id, 'issue')).outcome.number!;
}

/** The numbers of the report of 3 September 2021 (观海融媒), in the order in which it has them. */
const article = ['495', '467', '94.3', '2160', '3240', '2400', '842336', '440949', '400990', '397'];

test('the template of the press bulletin says number by number what the report said', async () => {
  const template = productTemplates.get('jinwan-press')!;
  const read = await tryTemplate(product.db, product.registry, template, cutoff);
  const stored = (await findAnyBulletin(product.db.queries, '2021-001'))!;
  const texts = numbersOf(stored.content).map((one) => one.text);
  // The title says the rate first.
  assert.deepEqual(texts.slice(0, 11), ['94.3', ...article]);
  assert.equal(read.computed.length, texts.length);
  assert.equal(stored.title, '金湾区“我为群众办实事”项目完成率达94.3%');
  assert.match(JSON.stringify(stored.content), /截至2021年9月1日24时，全区累计接种新冠疫苗/);
});

test('the demonstration’s bulletin was written, reviewed by others and signed', async () => {
  const draft = await getDraft(product.db, 1);
  const { steps } = await examine(product.db, product.registry, draft);
  assert.deepEqual(
    steps.map((one) => one.act),
    ['submission', 'review', 'secrecy', 'review', 'review', 'issue'],
  );
  assert.ok(steps.slice(1).every((one) => one.account_id !== draft.author_account_id));
  assert.equal(draft.number, '2021-001');
});

for (const kind of kindCodes) {
  test(`the template for ${kindOf(kind).zh} writes a text without a fault`, async () => {
    const template = productTemplates.get(kindOf(kind).template)!;
    const read = await tryTemplate(product.db, product.registry, template, cutoff);
    assert.deepEqual(read.parsed.faults, []);
    assert.deepEqual(read.missing, []);
    assert.ok(read.parsed.content.blocks.length >= 3);
    assert.doesNotMatch(read.text, /\{[{%]/);
  });
}

test('a condition on a figure decides what is said, and a loop goes through the towns', async () => {
  const text =
    '标题：甲\n{% if ledger.overdue > 0 %}有逾期。{% else %}没有逾期。{% endif %}\n{% for town in towns %}\n{{ town.name }}[[ledger.total area={{ town.code }}]]个。{% endfor %}';
  const template = { code: 'x', kind: 'press' as const, title: 'x', text };
  const read = await tryTemplate(product.db, product.registry, template, cutoff);
  assert.match(read.text, /^有逾期。/);
  assert.equal(read.computed.length, 4);
  const early = await tryTemplate(product.db, product.registry, template, cutoffOf('2021-04-01'));
  assert.match(early.text, /^没有逾期。/);
});

for (const [what, text, says] of [
  ['names a variable that there is not', '标题：甲\n{{ nothing }}', /第 2 行.*nothing/],
  ['names a filter that there is not', '{{ day | shout }}', /shout/],
  ['does not end its loop', '{% for town in towns %}', /没有结束/],
  ['asks for a file', '{% include "/etc/passwd" %}', /不能引用别的文件/],
  [
    'asks for a figure that there is not',
    '{% if ledger.nothing > 0 %}{% endif %}',
    /没有叫“ledger\.nothing”的指标/,
  ],
  [
    'loops without end',
    '{% for a in (1..100000) %}{% for b in (1..100000) %}x{% endfor %}{% endfor %}',
    /太多|太大/,
  ],
  ['writes without end', '{% for a in (1..3000) %}一二三四五六七八九十{% endfor %}', /超过/],
  ['reaches for what is behind', '{{ district.constructor.constructor }}', /没有叫/],
] as const) {
  test(`a template that ${what} is refused in a sentence`, async () => {
    const template = { code: 'x', kind: 'press' as const, title: 'x', text };
    await assert.rejects(
      tryTemplate(product.db, product.registry, template, cutoff),
      (error: Error & { code?: string; text?: { zh: string } }) => {
        assert.equal(error.code, 'bulletins/template_fault', error.stack);
        assert.match(error.text!.zh, says);
        return true;
      },
    );
  });
}

test('what is signed is what was read, though the records moved meanwhile', async () => {
  const id = await begin({
    text: '截至[[cutoff]]，共[[ledger.total]]个，其中教育[[ledger.total field=education]]个。',
  });
  await take('publisher', id, 'submission');
  const before = await examine(product.db, product.registry, await getDraft(product.db, id));
  const number = 'JW2021-109';
  const project = await product.db.queries
    .selectFrom('project')
    .select('field_code')
    .where('number', '=', number)
    .executeTakeFirstOrThrow();
  const titles = new Map(
    (await listFields(product.db.queries, Number.MAX_SAFE_INTEGER)).map((one) => [one.code, one.title]),
  );
  const other = titles.get(project.field_code === 'education' ? 'health' : 'education')!;
  await editCells(product.db, { ...as('coordinator'), reason: '领域登记有误' }, [
    { number, column: 'field_code', text: other },
  ]);
  const after = await examine(product.db, product.registry, await getDraft(product.db, id));
  assert.deepEqual(before.moved, []);
  assert.deepEqual(
    after.moved!.map((one) => one.name),
    ['梳理项目数（基础教育）'],
  );
  assert.equal(Math.abs(Number(after.moved![0]!.now) - Number(after.moved![0]!.before)), 1);
  assert.deepEqual(numbersOf(after.content), numbersOf(before.content));
  await take('coordinator', id, 'review');
  await take('coordinator', id, 'secrecy');
  await take('publisher', id, 'refresh');
  const fresh = await examine(product.db, product.registry, await getDraft(product.db, id));
  assert.deepEqual([fresh.moved, fresh.draft.passed], [[], 0]);
  assert.notDeepEqual(numbersOf(fresh.content), numbersOf(before.content));
  await editCells(product.db, { ...as('coordinator'), reason: '改回' }, [
    { number, column: 'field_code', text: titles.get(project.field_code!)! },
  ]);
});

test('a text with a typed number, a person or no cut-off does not go to be reviewed, and goes once all is answered', async () => {
  const text = '惠及群众1200人次，村民陈大文说好。[[ledger.total]]';
  const id = await begin({ text });
  await assert.rejects(take('publisher', id, 'submission'), (error: Error & { text?: { zh: string } }) => {
    assert.match(error.text!.zh, /写明截止时点.*手打的数字都有出处.*1200.*个人信息已隐去/);
    return true;
  });
  const draft = await getDraft(product.db, id);
  const mended = { ...draft, text: '截至[[cutoff]]，惠及群众1200人次，村民陈某某说好。' };
  const save = (more: object) =>
    saveDraft(product.db, as('publisher'), { ...mended, version: draft.since_entry, answers: [], ...more });
  await save({});
  const now = await getDraft(product.db, id);
  const { questions } = await examine(product.db, product.registry, now);
  assert.deepEqual(
    questions.map((one) => one.text),
    ['1200'],
  );
  const answers = questions.map(({ kind, place }) => ({ kind, place, source: '民政局来文' }));
  await save({ version: now.since_entry, answers });
  await take('publisher', id, 'submission');
});

test('two writers never overwrite each other', async () => {
  const id = await begin({});
  const draft = await getDraft(product.db, id);
  const save = (login: string, text: string) =>
    saveDraft(product.db, as(login), { ...draft, text, version: draft.since_entry, answers: [] });
  await save('publisher', '一');
  await assert.rejects(save('coordinator', '二'), { code: 'bulletins/changed' });
  assert.equal((await getDraft(product.db, id)).text, '一');
});

test('no draft is kept for a cut-off that lies ahead, so that its page can always be opened', async () => {
  const ahead = cutoffOf('2999-01-01');
  await assert.rejects(begin({ cutoff: ahead }), { code: 'figures/cutoff_ahead' });
  const draft = await getDraft(product.db, await begin({}));
  const asked = { ...draft, cutoff: ahead, version: draft.since_entry, answers: [] };
  await assert.rejects(saveDraft(product.db, as('publisher'), asked), { code: 'figures/cutoff_ahead' });
});

test('a paper for staff takes no public number, releases nothing and is not found by anybody without a session', async () => {
  const releases = async () =>
    (
      await product.db.queries
        .selectFrom('release')
        .select(({ fn }) => fn.countAll().as('n'))
        .executeTakeFirstOrThrow()
    ).n;
  const before = await releases();
  const published = await findPublished(product.db.queries);
  const id = await begin({ kind: 'report', addressee: '区委' });
  const number = await issue(id);
  assert.match(number, /^\d{4}-H001$/);
  assert.equal(await releases(), before);
  assert.deepEqual(await findPublished(product.db.queries), published);
  assert.equal((await app.inject(`/bulletins/${number}`)).statusCode, 404);
  assert.equal((await app.inject(`/bulletins/${number}.json`)).statusCode, 404);
  assert.doesNotMatch((await app.inject('/bulletins')).body, new RegExp(number));
});

test('a public text without the figures of the ledger moves no register', async () => {
  const published = await findPublished(product.db.queries);
  const id = await begin({ text: '截至[[cutoff]]，新增学位[[schools.new_places]]个。' });
  const number = await issue(id);
  assert.deepEqual(await findPublished(product.db.queries), published);
  assert.equal((await app.inject(`/bulletins/${number}`)).statusCode, 200);
});

test('an announcement says until which working day objections are taken', async () => {
  const id = await begin({ kind: 'announcement', contact: '统筹办 0756-0000000', term_days: 5 });
  await take('publisher', id, 'submission');
  await take('coordinator', id, 'review');
  await take('coordinator', id, 'secrecy');
  await take('inspector', id, 'review');
  await take('leader', id, 'review');
  const number = (await take('leader', id, 'issue')).outcome.number!;
  const bulletin = (await findAnyBulletin(product.db.queries, number))!;
  assert.ok(bulletin.objections_until! > bulletin.published_at.toISOString().slice(0, 10));
  assert.match(
    (await app.inject(`/bulletins/${number}`)).body,
    /异议反映[\s\S]*前（含当日）反映[\s\S]*统筹办 0756-0000000/,
  );
});

test('a correction takes the place of what it corrects, and each page says so with the reason', async () => {
  const first = await issue(await begin({}));
  const asked = { number: first, reason: '完成数有误', synthetic: true };
  const { id } = (await createCorrection(product.db, product.registry, as('publisher'), asked)).outcome;
  const second = await issue(id);
  const old = (await app.inject(`/bulletins/${first}`)).body;
  const fresh = (await app.inject(`/bulletins/${second}`)).body;
  assert.match(old, new RegExp(`更正：[\\s\\S]*${second}[\\s\\S]*完成数有误`));
  assert.match(fresh, new RegExp(`本文更正：[\\s\\S]*${first}[\\s\\S]*完成数有误`));
  assert.equal((await app.inject(`/bulletins/${first}.json`)).json().corrected_by, second);
  await assert.rejects(createCorrection(product.db, product.registry, as('publisher'), asked), {
    code: 'bulletins/superseded',
  });
});

test('a bulletin from before drafts is corrected from what its template wrote', async () => {
  const publication = { template: 'jinwan-press', cutoff, synthetic: true };
  const { number } = (await publish(product.db, product.registry, as('publisher'), publication)).outcome;
  const asked = { number, reason: '措辞', synthetic: true };
  const { id } = (await createCorrection(product.db, product.registry, as('publisher'), asked)).outcome;
  assert.match((await getDraft(product.db, id)).text, /\[\[ledger\.total\]\]/);
});

test('what is withdrawn is gone at once from every page and file; number and reason stay, and the registers do not jump back', async () => {
  const publication = { template: 'jinwan-press', cutoff, synthetic: true };
  const { number } = (await publish(product.db, product.registry, as('publisher'), publication)).outcome;
  const before = await findPublished(product.db.queries);
  assert.equal(before!.number, number);
  const asked = { number, reason: '含个人信息', mask_title: true };
  await withdraw(product.db, as('publisher'), asked);
  for (const url of [`/bulletins/${number}`, `/bulletins/${number}.json`]) {
    const { statusCode, body } = await app.inject(url);
    assert.equal(statusCode, 410, url);
    assert.match(body, /含个人信息/);
    assert.doesNotMatch(body, /金山实验学校|94\.3|完成率达/);
  }
  assert.doesNotMatch((await app.inject('/bulletins')).body.split(number)[0]!.slice(-300), /完成率达/);
  const after = await findPublished(product.db.queries);
  assert.deepEqual(
    [after!.known_entry, after!.entry_no, after!.cutoff],
    [before!.known_entry, before!.entry_no, before!.cutoff],
  );
  assert.notEqual(after!.number, number);
  assert.equal((await app.inject('/')).statusCode, 200);
  await assert.rejects(withdraw(product.db, as('publisher'), asked), { code: 'bulletins/withdrawn' });
});

const square = () =>
  sharp({ create: { width: 400, height: 300, channels: 3, background: '#336699' } })
    .png()
    .toBuffer();

test('a picture is shown with its bulletin and gone with it', async () => {
  const id = await begin({ text: '截至[[cutoff]]，完成[[ledger.completed]]个。\n[[picture 1]]' });
  const content = await square();
  const words = { alt: '蓝色', caption: '图说', source: '统筹办' };
  await addPicture(product.db, as('publisher'), id, { content, name: 'a.png' }, words);
  await assert.rejects(addPicture(product.db, as('publisher'), id, undefined, words), {
    code: 'bulletins/picture_missing',
  });
  const { file_digest } = (await examine(product.db, product.registry, await getDraft(product.db, id)))
    .pictures[0]!;
  const address = `/bulletins/pictures/${file_digest}`;
  assert.equal((await app.inject(address)).statusCode, 404);
  const number = await issue(id);
  const shown = await app.inject(address);
  assert.deepEqual([shown.statusCode, shown.headers['content-type']], [200, 'image/jpeg']);
  await withdraw(product.db, as('coordinator'), { number, reason: '照片中有人', mask_title: false });
  const visitor = await signedInAs(product, app, 'inspector');
  for (const rest of ['', '/versions', '/pictures', '/pictures/1']) {
    const gone = await visitor.get(`/console/bulletins/drafts/${id}${rest}`);
    assert.equal(gone.statusCode, 404, rest);
    assert.match(gone.body, /已经撤稿，原文不再显示/);
  }
  assert.equal((await visitor.get(`/console/bulletins/${number}`)).statusCode, 200);
  assert.equal((await visitor.get(`/console/bulletins/pictures/${file_digest}`)).statusCode, 404);
  assert.equal((await app.inject(address)).statusCode, 404);
});

test('whoever adds a picture is a writer, and a text cleared for secrecy is cleared again after it', async () => {
  const id = await begin({ text: '截至[[cutoff]]，完成[[ledger.completed]]个。\n[[picture 1]]' });
  await take('inspector', id, 'secrecy');
  const words = { alt: '教学楼', caption: '新校舍', source: '区教育局' };
  await addPicture(product.db, as('coordinator'), id, { content: await square(), name: 'b.png' }, words);
  const draft = await getDraft(product.db, id);
  assert.equal(draft.secrecy_reviewer_id, null);
  await assert.rejects(take('coordinator', id, 'secrecy'), { code: 'bulletins/own_text' });
});

test('a picture without a source holds the text back', async () => {
  const id = await begin({});
  const content = await sharp({ create: { width: 40, height: 30, channels: 3, background: '#fff' } })
    .jpeg()
    .toBuffer();
  await addPicture(
    product.db,
    as('publisher'),
    id,
    { content, name: 'a.jpg' },
    { alt: '', caption: '图', source: '' },
  );
  await assert.rejects(take('publisher', id, 'submission'), { code: 'bulletins/unready' });
});

test('the course is what the office sets: one review and the signature', async () => {
  const settings = {
    reviews: 1,
    review_roles: [['inspector' as const], [], []],
    signer_roles: ['coordinator' as const],
    distinct_people: true,
  };
  await assert.rejects(setCourse(product.db, as('inspector'), settings), { code: 'identity/reach' });
  await setCourse(product.db, as('coordinator'), settings);
  const id = await begin({});
  await take('publisher', id, 'submission');
  await take('inspector', id, 'review');
  await assert.rejects(take('coordinator', id, 'issue'), { code: 'bulletins/unready' });
  await take('inspector', id, 'secrecy');
  assert.match((await take('coordinator', id, 'issue')).outcome.number!, /^\d{4}-\d{3}$/);
});

test('the office’s own template takes the place of the product’s until it is given up', async () => {
  const own = {
    code: 'monthly',
    kind: 'monthly' as const,
    title: '我们的月报',
    text: '标题：月报\n截至[[cutoff]]。',
  };
  await saveTemplate(product.db, as('coordinator'), own);
  const title = async () => {
    const asked = { kind: 'monthly' as const, template: 'monthly', title: '', text: '' };
    return (await getDraft(product.db, await begin(asked))).title;
  };
  assert.equal(await title(), '月报');
  await dropTemplate(product.db, as('coordinator'), 'monthly');
  assert.equal(await title(), '金湾区民生实事月报（2021年9月）');
  await assert.rejects(saveTemplate(product.db, as('coordinator'), { ...own, text: '{% if %}' }), {
    code: 'bulletins/template_fault',
  });
});

test('a bulletin of more than 60 figures is published within 2 s', async () => {
  const table = (by: string) =>
    `[[table ledger.total, ledger.completed, ledger.completion_rate, ledger.overdue by=${by} caption=${by}]]`;
  const text = ['截至[[cutoff]]，[[ledger.total]]个。', table('field'), table('area'), table('unit')].join(
    '\n',
  );
  const template = { code: 'sixty', kind: 'press' as const, title: '六十个数', text: `标题：六十\n${text}` };
  await saveTemplate(product.db, as('coordinator'), template);
  const start = performance.now();
  const publication = { template: 'sixty', cutoff, synthetic: true };
  const { number } = (await publish(product.db, product.registry, as('publisher'), publication)).outcome;
  const took = performance.now() - start;
  const many = numbersOf((await findAnyBulletin(product.db.queries, number))!.content).length;
  assert.ok(many >= 60, String(many));
  assert.ok(took <= 2000, `${took.toFixed(0)} ms for ${many} figures`);
  console.log(`${many} figures: ${took.toFixed(0)} ms`);
});

test('a number of very few people is a star in a table and cannot be said in a sentence', async () => {
  const early = cutoffOf('2021-06-01');
  const rows = ['440404100,0,40', '440404101,3,7', '440404103,4,3'].map((row) => `2021-05-31,${row},true`);
  const actor = await entitledAs(product.db.queries, 'mzj.officer');
  await report(
    product.db,
    { actor },
    'elders.assessed',
    `day,area_code,level,persons,synthetic\n${rows.join('\n')}`,
  );
  const table = '截至[[cutoff]]评估情况如下。\n[[table elders.assessed by=level caption=分等级]]';
  const said = '截至[[cutoff]]，完全失能[[elders.assessed level=4]]人。';
  const begun = async (text: string) => begin({ text, cutoff: early });
  const sentence = await begun(said);
  await assert.rejects(
    take('publisher', sentence, 'submission'),
    (error: Error & { text?: { zh: string } }) => {
      assert.match(error.text!.zh, /涉及的人太少/);
      return true;
    },
  );
  const seen = await examine(product.db, product.registry, await getDraft(product.db, await begun(table)));
  const texts = numbersOf(seen.content).map((one) => one.text);
  assert.ok(texts.filter((text) => text === '＊').length >= 2, texts.join());
  const template = { code: 'assessed', kind: 'press' as const, title: '评估', text: `标题：评估\n${table}` };
  await saveTemplate(product.db, as('coordinator'), template);
  const publication = { template: 'assessed', cutoff: early, synthetic: true };
  const { number } = (await publish(product.db, product.registry, as('publisher'), publication)).outcome;
  const { figures } = (await app.inject(`/bulletins/${number}.json`)).json() as {
    figures: { text: string; value: number | null; url: string }[];
  };
  assert.deepEqual(
    figures.map((one) => one.text),
    texts,
  );
  for (const { text, value, url } of figures) {
    assert.equal(value, text === '＊' ? null : Number(text));
    assert.equal((await app.inject(`${url}.json`)).json().value, value);
  }
});

test('a draft with every kind of block and question is a valid page, typed words and all', async () => {
  const visitor = await signedInAs(product, app, 'publisher');
  const id = await begin({});
  const { since_entry } = await getDraft(product.db, id);
  const text = [
    '# 一',
    '## 二',
    '村民陈大文（13800000000）1200人',
    '身份证11010519491231002X。',
    '[[chart ledger.total by=field caption=图]]',
    '[[table ledger.total by=area caption=表]]',
    '[[nothing]]',
    '问：甲',
    '答：乙',
    '附件：丙',
    '落款：丁',
  ].join('\n');
  const typed = {
    key: 'a typed page',
    version: String(since_entry),
    title: '标题',
    cutoff: '2021-09-03',
    text,
  };
  const page = await visitor.post(`/console/bulletins/drafts/${id}`, { ...typed, do: 'preview' });
  assert.equal(page.statusCode, 200);
  assert.deepEqual(await invalidities(page.body), []);
  assert.match(page.body, /身份证号不能公开，请从正文里去掉/);
  assert.equal((page.body.match(/name="source\[\]"/g) ?? []).length, 3);
});
