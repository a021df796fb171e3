import type { Message } from '../../kit/i18n.ts';

/** The words of the pages of the open data. */
export const words = {
  open_data: { zh: '开放数据', en: 'Open data' },
  lead: {
    zh: '公众页面上的全部数据都可以下载、核对、再用，无需注册。',
    en: 'Everything that the public pages show can be downloaded, checked and used again, without registration.',
  },
  as_of: { zh: '截至', en: 'As of' },
  bulletin: { zh: '公报', en: 'bulletin' },
  nothing: {
    zh: '本区还没有发布进展。第一期公报发布后，数据会出现在这里。',
    en: 'Nothing has been published yet. Data will appear here with the first bulletin.',
  },
  dataset: { zh: '数据集', en: 'Data set' },
  rows: { zh: '行数', en: 'Rows' },
  rows_unit: { zh: '行', en: 'rows' },
  files: { zh: '下载', en: 'Download' },
  use: { zh: '怎样使用', en: 'How to use them' },
  licence: { zh: '许可', en: 'Licence' },
  cite: { zh: '怎样引用', en: 'How to cite' },
  publisher: { zh: '提供者', en: 'Publisher' },
  dictionary: { zh: '数据字典', en: 'Data dictionary' },
  dictionary_all: { zh: '全部数据集的数据字典（CSV）', en: 'Data dictionary of all data sets (CSV)' },
  catalog: { zh: '数据目录（DCAT 3，JSON-LD）', en: 'Catalogue (DCAT 3, JSON-LD)' },
  api: { zh: '数据接口', en: 'API' },
  csv_note: {
    zh: 'CSV 为 UTF-8，可直接用表格软件打开；以 = + - @ 开头的文字前加了一个单引号，以免被当作公式。',
    en: 'CSV is UTF-8 and opens in spreadsheets; a text that begins with = + - @ has an apostrophe before it, so that it is no formula.',
  },
  column: { zh: '列', en: 'Column' },
  name: { zh: '名称', en: 'Name' },
  meaning: { zh: '含义', en: 'Meaning' },
  type: { zh: '类型', en: 'Type' },
  checksum: { zh: '校验码（SHA-256）', en: 'SHA-256' },
  size: { zh: '大小', en: 'Size' },
  file: { zh: '文件', en: 'File' },
  unknown: { zh: '没有这个数据集。', en: 'There is no such data set.' },
} satisfies Record<string, Message>;

/** What the types of columns are called. */
export const typeWords = {
  string: { zh: '文字', en: 'text' },
  integer: { zh: '整数', en: 'whole number' },
  decimal: { zh: '数', en: 'number' },
  date: { zh: '日期', en: 'date' },
  dateTime: { zh: '时间（UTC）', en: 'moment (UTC)' },
  boolean: { zh: '是否（true/false）', en: 'true or false' },
  anyURI: { zh: '网址', en: 'address' },
} satisfies Record<string, Message>;
