// `npm run build`: builds in any case, and installs first where packages are missing.
import { prepare } from './prepare.mjs';

await prepare({ rebuild: true });
