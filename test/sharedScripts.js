const vm = require('node:vm');

/** The modules that this worker has compiled, by file and by the names that jest passes to them. */
const compiled = new Map();

const DYNAMIC_IMPORT = /\bimport\s*\(/;
const compileAlone = vm.compileFunction;

/**
 * jest compiles every module again for each test file, although only the globals around it differ: a third of the time
 * that a test file needs to load. A script that is compiled once runs in the context of each of them.
 */
vm.compileFunction = function compileOnce(source, parameters = [], options = {}) {
  const { parsingContext, filename } = options;
  const key = `${parameters.join()} ${filename}`;
  const known = compiled.get(key);
  if (parsingContext && known?.source === source) return known.script.runInContext(parsingContext);
  // An `import()` has to find the file that it belongs to.
  if (!parsingContext || DYNAMIC_IMPORT.test(source)) return compileAlone(source, parameters, options);
  const head = `(function (${parameters.join()}) {`;
  const script = new vm.Script(`${head}${source}\n})`, { filename, columnOffset: -head.length });
  compiled.set(key, { source, script });
  return script.runInContext(parsingContext);
};
