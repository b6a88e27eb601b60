// The character card that is in a file: JSON as it is, or in a PNG's text chunk "chara", in base64.
export async function readCard(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const text = isPng(bytes) ? chunk(bytes) : new TextDecoder().decode(bytes);
  if (!text) throw new Error(`${file.name} is a picture without a character card.`);
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`${file.name} is no character card: it is not JSON.`);
  }
}

const isPng = bytes => [137, 80, 78, 71, 13, 10, 26, 10].every((byte, index) => bytes[index] === byte);

function chunk(bytes) {
  const view = new DataView(bytes.buffer);
  const latin = new TextDecoder('latin1');
  for (let at = 8; at + 12 <= bytes.length;) {
    const length = view.getUint32(at);
    const data = bytes.subarray(at + 8, at + 8 + length);
    if (latin.decode(bytes.subarray(at + 4, at + 8)) === 'tEXt') {
      const [name, text] = latin.decode(data).split('\0');
      if (name === 'chara') return new TextDecoder().decode(Uint8Array.from(atob(text), letter => letter.charCodeAt(0)));
    }
    at += 12 + length;
  }
  return null;
}
