import type { RecordEnd } from './records.js';

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const QUOTE = 0x22;
const SPACE = 0x20;
const TAB = 0x09;

/**
 * Where a record of a CSV file ends (RFC 4180): at a line end outside of quotation marks. A field is quoted when its first character is a
 * quotation mark, blanks left out.
 * @param delimiter one ASCII character
 * @param newline what ends a record: a line feed (with or without a carriage return before it), or a carriage return alone
 */
export function csvRecordEnd(delimiter: string, newline: '\n' | '\r'): RecordEnd {
  const separator = delimiter.charCodeAt(0);
  const terminator = newline.charCodeAt(0);
  return (bytes, from, isLast) => {
    let isFieldStart = true;
    for (let at = from; at < bytes.length; at++) {
      const byte = bytes[at] as number;
      if (byte === terminator) return at + 1;
      if (byte === QUOTE && isFieldStart) {
        at = closingQuote(bytes, at + 1);
        if (at < 0) return isLast ? bytes.length : -1;
        isFieldStart = false;
      } else if (byte === separator) isFieldStart = true;
      else if (byte !== SPACE && byte !== TAB) isFieldStart = false;
    }
    return isLast ? bytes.length : -1;
  };
}

/** The quotation mark that closes a field; two in a row stand for one inside of it. */
function closingQuote(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(QUOTE, from); at >= 0; at = bytes.indexOf(QUOTE, at + 2)) {
    if (bytes[at + 1] !== QUOTE) return at;
  }
  return -1;
}

/** What ends the lines of a file, told from the first of them. */
export function newlineOf(bytes: Uint8Array): '\n' | '\r' {
  const first = bytes.findIndex((byte) => byte === NEWLINE || byte === RETURN);
  return bytes[first] === RETURN && bytes[first + 1] !== NEWLINE ? '\r' : '\n';
}

/** Whether there is nothing in a record. In a table divided by tabs, tabs are something. */
export function isBlank(bytes: Uint8Array, delimiter: string): boolean {
  return bytes.every((byte) => byte === SPACE || byte === NEWLINE || byte === RETURN || (byte === TAB && delimiter !== '\t'));
}
