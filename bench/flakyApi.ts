import { startFlakyApi } from '../test/support/flakyApi';

/** A process of its own, so that the API's memory and work are not etlx's: `<records> <page size> <share that fails> <seed>`. Writes its address; at the end of its input, what it answered. */
async function main([records, pageSize, failing, seed = '']: readonly string[]): Promise<void> {
  const api = await startFlakyApi({ records: Number(records), pageSize: Number(pageSize), failing: Number(failing), seed });
  console.log(api.url);
  process.stdin.resume().once('end', () => {
    console.log(JSON.stringify(Object.fromEntries(api.answers)));
    void api.stop();
  });
}

void main(process.argv.slice(2));
