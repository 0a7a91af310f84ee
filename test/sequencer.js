const { relative, sep } = require('node:path');
const { default: Sequencer } = require('@jest/test-sequencer');
const LONGEST = require('./longest');

const placeOf = ({ path }) => {
  const place = LONGEST.indexOf(relative(__dirname, path).split(sep).join('/'));
  return place < 0 ? LONGEST.length : place;
};

/** The longest files first, whatever is known of earlier runs; the rest as jest has it. */
module.exports = class extends Sequencer {
  sort(tests) {
    return [...super.sort(tests)].sort((a, b) => placeOf(a) - placeOf(b));
  }
};
