// What a reader of proofs looks for in typed words: numbers that no figure answers for, and people who can be recognised.
// Everything found is asked about; nothing is changed. Dates, ordinals, document numbers and the like are recognised and left alone.

/** Something in typed words that wants an answer. */
export interface Asked {
  kind: 'digits' | 'person';
  start: number;
  end: number;
  text: string;
  /** For people: what gives them away. */
  what?: string;
  /** It must not be published whatever is answered. */
  never?: true;
}

const number = String.raw`\d+(?:[.,，]\d+)*`;

/** Numbers that count nothing, by how they are written. Each is taken whole, so that no part of it is asked about. */
const leftAlone: readonly RegExp[] = [
  // Dates, periods and times of day: 2021年9月1日24时, 2021-09-01, 9月1日至3日, 今年4月, 2021年度, 17:10, 9时30分.
  /\d{4}[-/.]\d{1,2}[-/.]\d{1,2}/g,
  /(?:\d{2,4}年(?:度|代)?)?\d{1,2}月(?:份|(?:\d{1,2}(?:日|号))?(?:[至到—-]\d{1,2}(?:日|号))?)/g,
  /(?:19|20)\d{2}(?:[—–-](?:19|20)?\d{2})?(?:年(?:度|代)?|学年)/g,
  /\d{1,2}(?:日|号)(?:[至到—-]\d{1,2}(?:日|号))?(?=[,，。、；]|$|起|前|止|上午|下午|晚|\d{1,2}[时点:：])/g,
  /\d{1,2}[:：]\d{2}(?:[:：]\d{2})?/g,
  /\d{1,2}(?:时|点)(?:\d{1,2}分)?/g,
  // Ordinals and numbers of things: 第3批, 附件1, 附表2, 图1, 3号楼, 12路, 1. at the beginning of a line, （1）, ①.
  /第\s*\d+/g,
  /(?:附件|附表|附图|图|表|注|条|款|项目|编号|No\.?|NO\.?)\s*[:：]?\s*\d+(?:[-—.]\d+)*/g,
  /^\s*(?:\d{1,2}[.．、](?!\d)|[（(]\d{1,2}[)）])/g,
  /[（(]\d{1,2}[)）]/g,
  /\d+(?:号楼|栋|幢|单元|室|号线|路公交|号(?=[院楼门地]))/g,
  // Document numbers: 国办发〔2017〕47号, JW2021-001, GB/T 9704-2012, SY/T 1.
  /[〔[【（(]\d{4}[〕\]】）)]\s*(?:第?\s*\d+\s*号)?/g,
  /\d+号(?=文|令|公告|文件)/g,
  /[A-Za-z]{1,6}(?:\/[A-Za-z])?[ -]?\d+(?:[-—.]\d+)*[A-Za-z]?/g,
  /\d+(?:[GgKk]|kV|mm|cm|℃)(?![A-Za-z])/g,
  // Ages, telephone numbers of offices, and sayings.
  /\d{1,3}(?:[—–-]\d{1,3})?(?:周岁|岁)/g,
  /(?<!\d)0\d{2,3}[-—]\d{7,8}(?!\d)/g,
  /(?<!\d)(?:1[012]\d{3}|12345|110|119|120)(?=热线|电话|平台|”)/g,
  /7[×xX*]24小时|24小时|[“"]?\d\+[0-9NnXx]+[”"]?/g,
];

const digits = new RegExp(number, 'g');
/** 四百六十七个, 三千余人: written out, a number is one all the same. 千方百计 and 一批 are none. */
const written =
  /[一二三四五六七八九十两]?[百千万亿](?:[零〇一二三四五六七八九十百千万亿余多]){1,12}(?=[个项人名户针次所座张条件元亩]|平方|公里)/g;

/** The numbers in typed words that no rule recognises, in order. */
export function unansweredDigits(text: string): Asked[] {
  const known = spansOf(text, leftAlone);
  const found = [...spansOf(text, [digits, written])].filter(
    (span) => !known.some((one) => one.start < span.end && span.start < one.end),
  );
  return found
    .map(({ start, end }): Asked => ({ kind: 'digits', start, end, text: text.slice(start, end) }))
    .sort((a, b) => a.start - b.start);
}

function spansOf(text: string, rules: readonly RegExp[]): { start: number; end: number }[] {
  return rules.flatMap((rule) =>
    [...text.matchAll(rule)].map((match) => ({ start: match.index, end: match.index + match[0].length })),
  );
}

const surname =
  '[赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章苏潘葛范彭郎鲁韦马苗方俞任袁柳鲍史唐费廉岑薛雷贺倪汤罗毕郝邬安常乐于傅皮齐康伍余顾孟黄穆萧尹姚邵汪祁毛狄米贝明戴宋庞熊纪舒屈项祝董梁杜阮蓝席季麻贾江童颜郭梅林钟徐邱骆高夏蔡田樊胡凌霍虞万柯管卢莫房丁邓洪包石崔龚程裴陆荣翁甘廖丘简区]';
const name = `${surname}[\\u4e00-\\u9fff]{1,2}`;

interface PersonRule {
  what: string;
  rule: RegExp;
  never?: true;
  holds?: (found: string) => boolean;
}

/** What gives a person away. An identity or bank number is never published, whatever is answered. */
const personRules: readonly PersonRule[] = [
  { what: '身份证号', rule: /(?<!\d)\d{17}[\dXx](?![\dA-Za-z])/g, never: true, holds: isIdentityNumber },
  { what: '银行卡号', rule: /(?<!\d)(?:\d[ -]?){15,18}\d(?!\d)/g, never: true, holds: isBankCard },
  { what: '手机号', rule: /(?<!\d)1[3-9]\d(?:[ -]?\d{4}){2}(?!\d)/g },
  {
    what: '住址',
    rule: /[\u4e00-\u9fff]{2,12}(?:路|街|巷|村|苑|花园|小区|大道)\d{1,4}号?(?:[\d栋幢座单元-]{0,8})(?:\d{2,4}(?:室|房|号)|\d+栋\d+)/g,
  },
  { what: '姓名', rule: new RegExp(`(?:姓名|联系人|当事人|患者|家属|户主|申请人)[：:]\\s*${name}`, 'g') },
  {
    what: '姓名',
    rule: new RegExp(
      `(?:村民|居民|市民|群众|老人|业主|残疾人|学生|低保户)${surname}(?!某)[\\u4e00-\\u9fff]{1,2}(?=[，,、。（(]|说|介绍|表示|告诉|家|的)`,
      'g',
    ),
  },
  {
    what: '姓名',
    rule: new RegExp(
      `${surname}(?!某)[\\u4e00-\\u9fff]{1,2}(?:女士|先生|老人|同学|阿姨|大爷|奶奶|爷爷)`,
      'g',
    ),
  },
];

/** What in typed words could let somebody be recognised, in order. */
export function recognisablePeople(text: string): Asked[] {
  const found: Asked[] = [];
  for (const { what, rule, never, holds } of personRules) {
    for (const match of text.matchAll(rule)) {
      const [start, end] = [match.index, match.index + match[0].length];
      if (holds && !holds(match[0])) continue;
      if (found.some((one) => one.start < end && start < one.end)) continue;
      found.push({ kind: 'person', start, end, text: match[0], what, ...(never && { never }) });
    }
  }
  return found.sort((a, b) => a.start - b.start);
}

/** GB 11643-1999: a real one ends with its check digit. */
function isIdentityNumber(text: string): boolean {
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const sum = weights.reduce((total, weight, index) => total + weight * Number(text[index]), 0);
  return '10X98765432'[sum % 11] === text[17]!.toUpperCase();
}

/** ISO/IEC 7812: the digits of a card add up by Luhn's rule. */
function isBankCard(text: string): boolean {
  const all = text.replace(/\D/g, '');
  const sum = [...all].reverse().reduce((total, digit, index) => {
    const twice = Number(digit) * (index % 2 === 0 ? 1 : 2);
    return total + (twice > 9 ? twice - 9 : twice);
  }, 0);
  return sum % 10 === 0;
}

/**
 * What a found thing is answered by: itself between the words around it, so that an answer stays with its sentence when the text
 * moves, and is asked again when the sentence changes.
 */
export function placeOf(text: string, { start, end }: Pick<Asked, 'start' | 'end'>): string {
  return text.slice(Math.max(0, start - 8), Math.min(text.length, end + 8)).trim();
}
