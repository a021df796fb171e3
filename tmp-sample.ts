import { writeFileSync } from 'node:fs';
import { samplePaper } from './test/support/paper.ts';
import { wordOf } from './src/bulletins/papers/word.ts';
import { slidesOf } from './src/bulletins/papers/slides.ts';
const p = samplePaper();
writeFileSync('/tmp/w/papers-s.docx', await wordOf(p));
writeFileSync('/tmp/w/papers-s.pptx', await slidesOf(p));
