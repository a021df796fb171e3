// The catalogue of the open data for other catalogues to harvest: DCAT 3 (W3C Recommendation, 22 August 2024) as JSON-LD, and
// schema.org's Dataset for search engines.
import type { Message } from '../../kit/i18n.ts';
import { licenceOf } from '../../office/rules.ts';
import { type DatasetId, datasetIds, datasets } from './dictionary.ts';
import {
  type Format,
  formats,
  type Measure,
  type Measures,
  mediaTypes,
  originOf,
  type Source,
} from './files.ts';

/** When the newest publication and the first were published. */
export interface Dates {
  first: Date;
  newest: Date;
}

const context = {
  dcat: 'http://www.w3.org/ns/dcat#',
  dct: 'http://purl.org/dc/terms/',
  foaf: 'http://xmlns.com/foaf/0.1/',
  spdx: 'http://spdx.org/rdf/terms#',
  skos: 'http://www.w3.org/2004/02/skos/core#',
  xsd: 'http://www.w3.org/2001/XMLSchema#',
};

const both = ({ zh, en }: Message) => [
  { '@language': 'zh-CN', '@value': zh },
  { '@language': 'en', '@value': en },
];
const moment = (at: Date) => ({ '@type': 'xsd:dateTime', '@value': at.toISOString() });
const named = (url: string) => ({ '@id': url });

/** Data sets come with each publication, which has no fixed rhythm (EU vocabulary of frequencies). */
const irregular = named('http://publications.europa.eu/resource/authority/frequency/IRREG');
const chinese = named('http://publications.europa.eu/resource/authority/language/ZHO');

/** The catalogue with every data set and each of its files. */
export function catalogOf(source: Source, dates: Dates, measures: Measures): object {
  const { present, address } = source;
  const { district } = present;
  const shared = {
    'dct:publisher': publisherOf(source),
    'dct:license': licenceNode(source),
    'dct:issued': moment(dates.first),
    'dct:modified': moment(dates.newest),
    'dct:spatial': spatialOf(source),
    'dct:language': chinese,
  };
  return {
    '@context': context,
    '@id': `${address}/open-data`,
    '@type': 'dcat:Catalog',
    'dct:title': both({ zh: `${district.zh}实事开放数据`, en: `Open data of ${district.en}` }),
    'dct:description': both({
      zh: '实事项目、指标和公报的公开数据，以最新一期公报发布时为准。',
      en: 'Public data of projects, figures and bulletins as of the newest bulletin.',
    }),
    'foaf:homepage': named(`${address}/`),
    ...shared,
    'dcat:dataset': datasetIds.map((id) => datasetNode(source, shared, id, measures[id])),
  };
}

function datasetNode(
  source: Source,
  shared: Readonly<Record<string, unknown>>,
  id: DatasetId,
  files: Readonly<Record<Format, Measure>>,
): object {
  const { present, address } = source;
  const { title, description, columns } = datasets[id];
  const { cutoff, number } = present.published;
  return {
    '@id': `${address}/open-data/${id}`,
    '@type': 'dcat:Dataset',
    'dct:identifier': id,
    'dct:title': both(title),
    'dct:description': both(description),
    'dcat:keyword': [...new Set(columns.map(({ label }) => label.zh))],
    ...shared,
    'dct:temporal': { '@type': 'dct:PeriodOfTime', 'dcat:endDate': moment(cutoff) },
    'dct:accrualPeriodicity': irregular,
    'dcat:version': number,
    'dcat:landingPage': named(`${address}/open-data/${id}`),
    'dct:conformsTo': named(`${address}/open-data/dictionary.csv`),
    'dcat:distribution': formats.map((format) => distributionNode(source, shared, id, format, files[format])),
  };
}

function distributionNode(
  { address }: Source,
  shared: Readonly<Record<string, unknown>>,
  id: DatasetId,
  format: Format,
  { bytes, sha256 }: Measure,
): object {
  const url = `${address}/open-data/${id}.${format}`;
  const { zh, en } = datasets[id].title;
  return {
    '@id': url,
    '@type': 'dcat:Distribution',
    'dct:title': both({ zh: `${zh}（${format.toUpperCase()}）`, en: `${en} (${format.toUpperCase()})` }),
    'dcat:accessURL': named(`${address}/open-data/${id}`),
    'dcat:downloadURL': named(url),
    'dcat:mediaType': named(`https://www.iana.org/assignments/media-types/${mediaTypes[format]}`),
    'dcat:byteSize': { '@type': 'xsd:nonNegativeInteger', '@value': String(bytes) },
    'dct:license': shared['dct:license'],
    'dct:issued': shared['dct:issued'],
    'dct:modified': shared['dct:modified'],
    'spdx:checksum': {
      '@type': 'spdx:Checksum',
      'spdx:algorithm': named('spdx:checksumAlgorithm_sha256'),
      'spdx:checksumValue': { '@type': 'xsd:hexBinary', '@value': sha256 },
    },
  };
}

function publisherOf({ present, address }: Source): object {
  return {
    '@id': `${address}/#publisher`,
    '@type': 'foaf:Agent',
    'foaf:name': present.office.sponsor ?? present.district.zh,
  };
}

/** The licence by its address; where the office's own has none, by its name. */
function licenceNode({ present }: Source): object {
  const { name, url } = licenceOf(present.office);
  return url ? named(url) : { '@type': 'dct:LicenseDocument', 'dct:title': both(name) };
}

function spatialOf({ present }: Source): object {
  return { '@type': 'dct:Location', 'skos:prefLabel': both(present.district) };
}

/** A data set as search engines read it (schema.org). */
export function schemaOf(
  source: Source,
  id: DatasetId,
  dates: Dates,
  files: Readonly<Record<Format, Measure>>,
): object {
  const { present, address } = source;
  const { title, description, columns } = datasets[id];
  const { publisher, licence, licence_url } = originOf(source);
  return {
    '@context': 'https://schema.org/',
    '@type': 'Dataset',
    '@id': `${address}/open-data/${id}`,
    name: `${present.district.zh}：${title.zh}`,
    description: description.zh,
    url: `${address}/open-data/${id}`,
    license: licence_url ?? licence,
    creator: { '@type': 'Organization', name: publisher },
    datePublished: dates.first.toISOString(),
    dateModified: dates.newest.toISOString(),
    spatialCoverage: present.district.zh,
    temporalCoverage: `../${present.published.cutoff.toISOString()}`,
    variableMeasured: columns.map(({ label }) => label.zh),
    isAccessibleForFree: true,
    distribution: formats.map((format) => ({
      '@type': 'DataDownload',
      encodingFormat: mediaTypes[format],
      contentUrl: `${address}/open-data/${id}.${format}`,
      contentSize: `${files[format].bytes} B`,
    })),
  };
}
