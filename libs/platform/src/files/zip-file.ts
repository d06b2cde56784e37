/**
 * The one file in a zip archive, which is what Binance publishes: found by the archive's own directory at its end, stored or
 * deflated, and checked by length and CRC. Not more than that of the format (PKWARE APPNOTE 4.3) is read.
 */
import { crc32, inflateRawSync } from 'node:zlib';

const END_OF_DIRECTORY = 0x06054b50;
const END_BYTES = 22;
const DIRECTORY_ENTRY = 0x02014b50;
const LOCAL_HEADER = 0x04034b50;
const LOCAL_BYTES = 30;
const STORED = 0;
const DEFLATED = 8;
/** A month of minutes has 7 MB. */
const MOST_BYTES = 256 * 1024 * 1024;

/** @throws Error the archive has another form, or is damaged */
export function onlyFileOf(archive: Buffer): Buffer {
  const end = archive.lastIndexOf(signature(END_OF_DIRECTORY));
  if (end < 0 || end + END_BYTES > archive.length) throw new Error('it is no zip archive');
  if (archive.readUInt16LE(end + 10) !== 1) throw new Error('it does not hold exactly one file');
  const entry = archive.readUInt32LE(end + 16);
  if (entry + 46 > archive.length || archive.readUInt32LE(entry) !== DIRECTORY_ENTRY)
    throw new Error('its directory is damaged');
  const method = archive.readUInt16LE(entry + 10);
  const crc = archive.readUInt32LE(entry + 16);
  const packedBytes = archive.readUInt32LE(entry + 20);
  const bytes = archive.readUInt32LE(entry + 24);
  const local = archive.readUInt32LE(entry + 42);
  if (local + LOCAL_BYTES > archive.length || archive.readUInt32LE(local) !== LOCAL_HEADER)
    throw new Error('its file has no heading');
  const from = local + LOCAL_BYTES + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
  const packed = archive.subarray(from, from + packedBytes);
  const content = unpacked(method, packed);
  if (content.length !== bytes || crc32(content) !== crc)
    throw new Error('its file is damaged: length or CRC are not those of the directory');
  return content;
}

function unpacked(method: number, packed: Buffer): Buffer {
  if (method === STORED) return packed;
  if (method === DEFLATED) return inflateRawSync(packed, { maxOutputLength: MOST_BYTES });
  throw new Error(`its file is packed by a method that is not read here (${method})`);
}

const signature = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
