import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { questionsIn, questionsOf } from './checklist.ts';
import { placeOf, recognisablePeople, unansweredDigits } from './typed.ts';

const alone = [
  '截至2021年9月1日24时',
  '今年4月，康复中心揭牌',
  '9月1日至3日',
  '2021-09-03 17:10',
  '2021年度和2020—2021学年',
  '第3批第2项',
  '附件1、附表2、图3',
  '1. 总体进展',
  '（1）总体进展',
  '国办发〔2017〕47号',
  'GB/T 9704-2012',
  '项目编号JW2021-001',
  '65岁以上老年人',
  '60—79周岁',
  '联系电话0756-7262345',
  '12345热线',
  '24小时值班',
  '3号楼2单元',
  '千方百计、万众一心、一批新学校',
];
for (const text of alone) {
  test(`“${text}” asks for no figure`, () => {
    assert.deepEqual(
      unansweredDigits(text).map((one) => one.text),
      [],
    );
  });
}

const asked: readonly [string, string[]][] = [
  ['已完成467个', ['467']],
  ['完成率达94.3%', ['94.3']],
  ['累计接种842336针次，其中第一针440949针次', ['842336', '440949']],
  ['投入1,200万元', ['1,200']],
  ['2021年完成467个', ['467']],
  ['惠及三千余人', ['三千余']],
  ['四百六十七个项目', ['四百六十七']],
  ['其中10个在三灶镇', ['10']],
];
for (const [text, found] of asked) {
  test(`“${text}” asks where ${found.join('、')} is from`, () => {
    assert.deepEqual(
      unansweredDigits(text).map((one) => one.text),
      found,
    );
  });
}

/** Made for the tests: the check digits are right, nobody has these numbers. */
const people: readonly [string, string, boolean][] = [
  ['身份证号11010519491231002X的', '身份证号', true],
  ['卡号4539 1488 0343 6467', '银行卡号', true],
  ['拨打13800000000', '手机号', false],
  ['姓名：王小明', '姓名', false],
  ['村民陈大文说', '姓名', false],
  ['李某某女士和黄秀英老人', '姓名', false],
  ['家住海华新村12号3栋401室', '住址', false],
];
for (const [text, what, never] of people) {
  test(`“${text}” lets somebody be recognised by ${what}`, () => {
    const found = recognisablePeople(text);
    assert.equal(found.length, 1, JSON.stringify(found));
    assert.equal(found[0]!.what, what);
    assert.equal(found[0]!.never ?? false, never);
  });
}

test('offices, masked names and other long numbers are nobody', () => {
  for (const text of ['区残疾人综合服务中心', '村民王某某说', '统一编号123456789012345678', '金湾区教育局']) {
    assert.deepEqual(recognisablePeople(text), [], text);
  }
});

test('an answer stays with its sentence when the text moves, and is asked again when the sentence changes', () => {
  const line = '惠及群众1200人次。';
  const [question] = questionsOf('', line, []);
  const answers = [{ kind: 'digits' as const, place: question!.place, source: '民政局来文' }];
  const [moved] = questionsOf('', `开头。\n\n${line}`, answers);
  assert.deepEqual([moved!.line, moved!.source], [3, '民政局来文']);
  assert.equal(questionsOf('', '惠及群众1300人次。', answers)[0]!.source, null);
});

test('captions, heads and what is said of a picture are asked about as sentences are', () => {
  const asked = (text: string) =>
    questionsOf(
      '',
      text,
      [],
      [{ position: 1, alt: '村民陈大文说近了', caption: '新校舍', source: '区教育局' }],
    ).map(({ text: found, line }) => [found, line]);
  assert.deepEqual(asked('[[table ledger.total by=field caption=已完成467个 heads=共12个]]'), [
    ['467', 1],
    ['12', 1],
  ]);
  assert.deepEqual(asked('[[picture 1]]'), [['村民陈大文', 1]]);
  assert.deepEqual(asked('[[table ledger.total by=field caption=附表一 分领域情况 heads=梳理（个）]]'), []);
});

test('an identity number cannot be answered away', () => {
  const text = '身份证号11010519491231002X的';
  const [found] = recognisablePeople(text);
  const answer = { kind: 'person' as const, place: placeOf(text, found!), source: '已同意' };
  assert.equal(questionsIn(text, [answer])[0]!.source, null);
});

test('what is in brackets is no typed number', () => {
  assert.deepEqual(questionsOf('达[[ledger.total]]个', '[[vaccination.doses cutoff=2021-09-01]]', []), []);
});

test('whatever is typed, what is found lies in it, in order and apart', () => {
  const bits = fc.constantFrom(
    '12',
    '3,000',
    '年',
    '月',
    '第',
    '个',
    '13800000000',
    '王',
    '女士',
    '一',
    '百',
    '〔2021〕',
    '号',
    '路',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(bits, fc.string({ maxLength: 4 })), { maxLength: 20 }), (all) => {
      const text = all.join('');
      let end = 0;
      for (const one of questionsIn(text, [])) {
        assert.ok(one.start >= end && one.end > one.start && one.end <= text.length);
        assert.equal(text.slice(one.start, one.end), one.text);
        end = one.end;
      }
    }),
  );
});
