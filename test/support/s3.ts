import { spawn } from 'node:child_process';

/** A running S3-compatible server, with nothing in it. */
export interface S3Server {
  readonly endpoint: string;
  readonly options: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  makeBucket(name: string): Promise<void>;
  stop(): Promise<void>;
}

const PROGRAM = `
  import('fauxqs').then(async ({ startFauxqs }) => {
    const server = await startFauxqs({ port: 0, logger: false });
    console.log(server.port);
  });
  process.stdin.on('end', () => process.exit(0)).resume();
`;

/** Starts one in a process of its own (fauxqs is an ES module with threads and timers of its own), on a port that the system chooses. */
export async function startS3(): Promise<S3Server> {
  const child = spawn(process.execPath, ['-e', PROGRAM], { stdio: ['pipe', 'pipe', 'inherit'] });
  const port = await new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding('utf8').once('data', (text: string) => resolve(text.trim()));
    child.once('exit', (code) => reject(new Error(`the S3 server ended with ${String(code)}`)));
  });
  const endpoint = `http://127.0.0.1:${port}`;
  const options = { endpoint, region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
  return {
    endpoint,
    options,
    async makeBucket(name) {
      const { S3Client, CreateBucketCommand } = await import('@aws-sdk/client-s3');
      const client = new S3Client({ ...options, forcePathStyle: true });
      await client.send(new CreateBucketCommand({ Bucket: name }));
      client.destroy();
    },
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.stdin.end();
      await ended;
    },
  };
}
