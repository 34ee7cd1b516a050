// A marked worksheet as files: a one-page PDF around a JPEG, and a table as CSV.

const A4 = [595, 842]; // points
const BORDER = 24;

/** A PDF of one page that holds a canvas's picture. */
export async function toPdf(canvas) {
  const jpeg = new Uint8Array(
    await (
      await new Promise((resolve) => {
        canvas.toBlob(resolve, 'image/jpeg', 0.88);
      })
    ).arrayBuffer(),
  );
  const page = canvas.width > canvas.height ? [A4[1], A4[0]] : A4;
  const scale = Math.min((page[0] - 2 * BORDER) / canvas.width, (page[1] - 2 * BORDER) / canvas.height);
  const [w, h] = [canvas.width * scale, canvas.height * scale].map((each) => each.toFixed(2));
  const content = `q ${w} 0 0 ${h} ${((page[0] - w) / 2).toFixed(2)} ${((page[1] - h) / 2).toFixed(2)} cm /Photo Do Q`;
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${page.join(' ')}] /Contents 4 0 R ` +
      '/Resources << /XObject << /Photo 5 0 R >> >> >>',
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    [
      `<< /Type /XObject /Subtype /Image /Width ${canvas.width} /Height ${canvas.height} /ColorSpace /DeviceRGB ` +
        `/BitsPerComponent 8 /Filter /DCTDecode /Length ${jpeg.length} >>\nstream\n`,
      jpeg,
      '\nendstream',
    ],
  ];
  const pieces = [],
    offsets = [];
  let length = 0;
  const put = (piece) => {
    pieces.push(piece);
    length += piece.length;
  };
  put('%PDF-1.4\n');
  objects.forEach((object, i) => {
    offsets.push(length);
    for (const piece of [`${i + 1} 0 obj\n`, object, '\nendobj\n'].flat()) put(piece);
  });
  const start = length;
  put(`xref\n0 ${objects.length + 1}\n0000000000 65535 f \n`);
  for (const offset of offsets) put(`${String(offset).padStart(10, '0')} 00000 n \n`);
  put(`trailer << /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`);
  return new Blob(pieces, { type: 'application/pdf' });
}

/** A table of the problems; cells that a spreadsheet would compute are written as text. */
export function toCsv(problems) {
  const cell = (value) => {
    const text = String(value ?? '');
    const safe = /^[=+\-@\t]/.test(text) ? `'${text}` : text;
    return /[",\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
  };
  const rows = problems.map(({ row, column, text, verdict, expected, confidence }, i) =>
    [i + 1, row, column, text, verdict, expected, Math.round(confidence * 1000) / 1000].map(cell).join(','),
  );
  return new Blob([`\ufeffnumber,row,column,reading,verdict,expected,confidence\r\n${rows.join('\r\n')}\r\n`], {
    type: 'text/csv',
  });
}
