const vm = require('node:vm');

/** The modules that this worker has compiled, by file and by the names that jest passes to them. */
const compiled = new Map();

const compileAlone = vm.compileFunction;

/**
 * jest compiles its own modules and the helpers of tests again for each test file. A script that is compiled once runs
 * for each of them. `globalThis` as the context is the worker's own realm (`environment.js`), which Node does not take
 * for one.
 */
vm.compileFunction = function compileOnce(source, parameters = [], options = {}) {
  const { parsingContext, filename } = options;
  if (parsingContext !== globalThis) return compileAlone(source, parameters, options);
  const key = `${parameters.join()} ${filename}`;
  const known = compiled.get(key);
  if (known?.source === source) return known.script.runInThisContext();
  const head = `(function (${parameters.join()}) {`;
  const script = new vm.Script(`${head}${source}\n})`, {
    filename,
    columnOffset: -head.length,
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  compiled.set(key, { source, script });
  return script.runInThisContext();
};
