import type Package from 'pptxgenjs';

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
