/**
 * One series of the gate, in a process of its own: compilers and memory fall out differently from one to the next.
 *
 *     node series.js '{"rounds":11,"warmRounds":4,"users":100000,"events":65536,"slowPercent":0}'
 *
 * Prints one `SERIES {json}` line. The gate runs the parent commit's copy of this file too: keep its form.
 */
import { measureSeries, type SeriesOptions } from './measure.js';

const options = JSON.parse(process.argv[2]) as SeriesOptions;
console.log(`SERIES ${JSON.stringify(measureSeries(options))}`);
