import sharp from 'sharp';

/** A picture as documents and slides take it: JPEG and PNG as they are, anything else as PNG. */
export async function pictureFile(stored: Buffer): Promise<{ type: 'jpg' | 'png'; data: Buffer }> {
  if (stored.readUInt16BE(0) === 0xffd8) return { type: 'jpg', data: stored };
  if (stored.readUInt32BE(0) === 0x89504e47) return { type: 'png', data: stored };
  return { type: 'png', data: await sharp(stored).png().toBuffer() };
}
