/** What goes with a figure that leaves the page: a reader must be able to find out what it shows. */
export interface FigureSource {
  /** one visible line below the figure: data set, version, detector, protocol, "synthetic" */
  readonly line: string;
  /** machine-readable: ids, protocol, address */
  readonly metadata: Record<string, unknown>;
}

/** A file that is made of a figure when it is asked for. */
export interface FigureFile {
  readonly label: string;
  readonly fileName: string;
  readonly type: string;
  readonly make: () => BlobPart | Promise<BlobPart>;
}

const SVG = 'http://www.w3.org/2000/svg';
const SOURCE_HEIGHT = 22;

/**
 * A figure as a file of its own: colours and fonts are resolved, the source stands below it and in its metadata, and
 * what is only for reading off on the screen is left out.
 */
function svgFile(figure: SVGSVGElement, { line, metadata }: FigureSource): string {
  const copy = figure.cloneNode(true);
  if (!(copy instanceof SVGSVGElement)) throw new Error('A copy of an SVG element is one.');
  for (const element of copy.querySelectorAll('[data-only="screen"]')) element.remove();
  const width = figure.clientWidth;
  const height = figure.clientHeight + SOURCE_HEIGHT;
  copy.setAttribute('xmlns', SVG);
  copy.setAttribute('width', String(width));
  copy.setAttribute('height', String(height));
  copy.setAttribute('viewBox', `0 0 ${width} ${height}`);
  copy.removeAttribute('style');
  const style = getComputedStyle(document.documentElement);
  const background = element('rect', { width: '100%', height: '100%', fill: 'var(--surface)' });
  const text = element('text', {
    x: '8',
    y: String(height - 7),
    'font-size': '11',
    fill: 'var(--muted)',
    'font-family': 'var(--font)',
  });
  text.textContent = line;
  const data = element('metadata', {});
  data.textContent = JSON.stringify(metadata);
  copy.prepend(data, background);
  copy.append(text);
  for (const one of [copy, ...copy.querySelectorAll('*')]) resolveVariables(one, style);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(copy)}\n`;
}

/** The same figure as pixels, twice as fine as on the screen. */
async function pngFile(figure: SVGSVGElement, source: FigureSource, scale = 2): Promise<Blob> {
  const picture = new Image();
  picture.src = URL.createObjectURL(new Blob([svgFile(figure, source)], { type: 'image/svg+xml' }));
  try {
    await picture.decode();
    const canvas = document.createElement('canvas');
    canvas.width = picture.naturalWidth * scale;
    canvas.height = picture.naturalHeight * scale;
    canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) =>
      canvas.toBlob((blob) =>
        blob ? resolve(blob) : reject(new Error('The browser could not make a PNG of the figure.')),
      ),
    );
  } finally {
    URL.revokeObjectURL(picture.src);
  }
}

/** The figure as SVG and as PNG. @param name of the files, without their ending */
export function figureFiles(
  figure: { readonly current: SVGSVGElement | null },
  name: string,
  source: FigureSource,
): FigureFile[] {
  const drawn = (): SVGSVGElement => {
    if (!figure.current) throw new Error('The figure has not been drawn yet.');
    return figure.current;
  };
  return [
    { label: 'SVG', fileName: `${name}.svg`, type: 'image/svg+xml', make: () => svgFile(drawn(), source) },
    { label: 'PNG', fileName: `${name}.png`, type: 'image/png', make: () => pngFile(drawn(), source) },
  ];
}

function element(name: string, attributes: Record<string, string>): SVGElement {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

/** `var(--ink)` → its colour: a file has no style sheet of ours. `light-dark(a, b)` is resolved by the browser. */
function resolveVariables(one: Element, root: CSSStyleDeclaration): void {
  for (const { name, value } of [...one.attributes]) {
    const variable = /^var\((--[\w-]+)\)$/.exec(value)?.[1];
    if (variable !== undefined) one.setAttribute(name, colorOf(root.getPropertyValue(variable).trim()));
  }
}

function colorOf(value: string): string {
  if (!value.startsWith('light-dark')) return value;
  const probe = document.createElement('span');
  probe.style.color = value;
  document.body.append(probe);
  const resolved = getComputedStyle(probe).color;
  probe.remove();
  return resolved;
}
