import type sharp from 'sharp';

type Sharp = typeof sharp;

let loaded: Sharp | undefined;

/**
 * sharp, which reads and writes PNG files. It is loaded by the first call: an inference process, a thread or a command
 * that only decodes ordinary slices (`readOrdinaryPixels`) starts a tenth faster without it.
 */
export function loadSharp(): Sharp {
  loaded ??= restricted(require('sharp') as Sharp);
  return loaded;
}

/** libvips would also read SVG, GIF, TIFF … whatever the file is called; only the PNG reader stays open. */
function restricted(library: Sharp): Sharp {
  library.block({ operation: ['VipsForeignLoad'] });
  library.unblock({ operation: ['VipsForeignLoadPngBuffer'] });
  library.cache(false);
  library.concurrency(1);
  return library;
}
