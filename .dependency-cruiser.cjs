/** Who may know whom: kit knows no slice, journal knows kit, areas → units → identity; no cycles. */
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'kit-knows-no-slice',
      severity: 'error',
      from: { path: '^src/kit/' },
      to: { path: '^src/(?!kit/)' },
    },
    {
      name: 'journal-knows-kit',
      severity: 'error',
      from: { path: '^src/journal/', pathNot: '\\.test\\.ts$' },
      to: { path: '^src/(?!kit/|journal/)' },
    },
    {
      name: 'areas-below-all',
      severity: 'error',
      from: { path: '^src/areas/', pathNot: '\\.test\\.ts$' },
      to: { path: '^src/(?!kit/|journal/|areas/)' },
    },
    {
      name: 'units-above-areas',
      severity: 'error',
      from: { path: '^src/units/', pathNot: '\\.test\\.ts$' },
      to: { path: '^src/(?!kit/|journal/|areas/|units/)' },
    },
    {
      name: 'a-store-is-its-slices-own',
      severity: 'error',
      from: { path: '^src/([^/]+)/' },
      to: { path: '/store\\.ts$', pathNot: '^src/$1/' },
    },
    {
      name: 'residents-see-no-staff-page',
      severity: 'error',
      from: { path: '^src/(portal/|[^/]+/portal\\.ts$)' },
      to: { path: '^src/(console|field)/|/console\\.ts$' },
    },
    {
      name: 'source-knows-no-tests',
      severity: 'error',
      from: { path: '^src/', pathNot: '\\.test\\.ts$' },
      to: { path: '^(test|bench)/' },
    },
  ],
  options: { parser: 'swc', doNotFollow: { path: 'node_modules' }, tsPreCompilationDeps: true },
};
