import type Package from 'pptxgenjs';
import { unzip, zipDeflated } from '../../kit/zip.ts';

/** A deck of slides that is being written, one of its slides, and what the edges of cells are. */
export type Deck = Package.default;
export type Sheet = Package.default.Slide;
export type Border = Package.default.BorderProps;

/** Opens an empty deck of 16:9. The library is loaded when the first one is asked for. */
export async function newDeck(): Promise<Deck> {
  // Its types describe a CommonJS module; Node loads the ES module beside it, whose default is the class itself.
  const library = (await import('pptxgenjs')) as unknown as typeof Package;
  const deck = new library.default();
  deck.layout = 'LAYOUT_WIDE';
  return deck;
}

/** The deck as a file. */
export async function deckFile(deck: Deck, at: Date): Promise<Buffer> {
  const written = (await deck.stream({ compression: false })) as Buffer;
  // Folders are files too to the library.
  const all = unzip(written).filter(({ name }) => !name.endsWith('/'));
  const files = all.map((file) =>
    file.name.startsWith('ppt/notesSlides/notesSlide')
      ? { ...file, content: inParagraphs(file.content) }
      : file,
  );
  return zipDeflated(files, at);
}

/** The library writes notes as one paragraph with line ends in it, which PowerPoint does not show: each line becomes one. */
function inParagraphs(notes: Buffer): Buffer {
  const runs = /<a:p><a:r>(<a:rPr[^>]*>)<a:t>([^<]*)<\/a:t><\/a:r>.*?<\/a:p>/;
  const xml = notes.toString('utf8').replace(runs, (_, properties: string, text: string) =>
    text
      .split(/\r?\n/)
      .map((line) => `<a:p><a:r>${properties.replace('en-US', 'zh-CN')}<a:t>${line}</a:t></a:r></a:p>`)
      .join(''),
  );
  return Buffer.from(xml, 'utf8');
}
