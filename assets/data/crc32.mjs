// CRC-32 of ISO 3309 (the one of ZIP and PNG), piece by piece.
//
//   crc32(bytes, before = 0) -> number     `before` is the result of what came before

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit += 1) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  return rest;
});

export function crc32(bytes, before = 0) {
  let rest = ~before;
  for (let at = 0; at < bytes.length; at += 1) rest = TABLE[(rest ^ bytes[at]) & 255] ^ (rest >>> 8);
  return ~rest >>> 0;
}
