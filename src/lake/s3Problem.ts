import { failure } from '../core/diagnostic';

/** What the SDK throws, by shape: its classes differ between services, realms and versions. */
interface SdkError {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

const NO_CREDENTIALS = 'CredentialsProviderError';
/** Answers below 500 that pass: too much at once, a slow body, a clock that the SDK has corrected since, a body damaged on its way. */
const PASSING = new Set([
  'SlowDown',
  'Throttling',
  'ThrottlingException',
  'RequestTimeout',
  'RequestTimeTooSkewed',
  'BadDigest',
  'ConditionalRequestConflict',
]);
/** Failures without an answer. */
const NETWORK = /^(ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EAI_AGAIN|ERR_STREAM_PREMATURE_CLOSE)|^TimeoutError$/;

const isSdkError = (error: unknown): error is SdkError =>
  typeof error === 'object' && error !== null && ('$metadata' in error || (error as Partial<SdkError>).name === NO_CREDENTIALS);

const isNetworkError = (error: unknown): error is SdkError => {
  const { code = '', name = '' } = ((typeof error === 'object' ? error : undefined) ?? {}) as Partial<SdkError>;
  return NETWORK.test(code) || NETWORK.test(name);
};

const statusOf = (error: SdkError): number | undefined => error.$metadata?.httpStatusCode;

/** The name that S3 gave the error, or the HTTP status where it gave none (answers to HEAD have no body). */
export const isCalled = (error: unknown, ...names: readonly (string | number)[]): boolean =>
  isSdkError(error) && (names.includes(error.name) || names.includes(statusOf(error) ?? ''));

/** Whether the same request may well succeed later. */
export function isPassing(error: unknown): boolean {
  if (isNetworkError(error)) return true;
  if (!isSdkError(error) || error.name === NO_CREDENTIALS) return false;
  const status = statusOf(error);
  // without a status nobody answered
  return PASSING.has(error.name) || status === undefined || status === 429 || (status >= 500 && status !== 501);
}

/** Whether the server asks for fewer requests at once. */
export const isThrottling = (error: unknown): boolean => isCalled(error, 'SlowDown', 'Throttling', 'ThrottlingException', 429, 503);

/** The error `lake.error` in words; what the body's producer threw keeps its own. */
export function problemOf(error: unknown, key: string, location: string): unknown {
  if (!isSdkError(error) && !isNetworkError(error)) return error;
  return failure('lake.error', { location, ...wordsOf(error, key) }, undefined, { cause: error, transient: isPassing(error) });
}

function wordsOf(error: SdkError, key: string): { readonly problem: string; readonly hint?: string } {
  const status = statusOf(error);
  switch (error.name) {
    case 'NoSuchKey':
      return { problem: `it holds no object \`${key}\`` };
    case 'NoSuchBucket':
      return { problem: 'the bucket does not exist', hint: 'create it; etlx makes no buckets' };
    case 'PreconditionFailed':
      return { problem: `\`${key}\` stands there already`, hint: 'two runs made a load of the same id at once: run again' };
    case 'AccessDenied':
      return {
        problem: `access to \`${key}\` is denied`,
        hint: 'etlx needs s3:GetObject, s3:PutObject, s3:DeleteObject, s3:ListBucket and s3:AbortMultipartUpload',
      };
    case 'InvalidAccessKeyId':
    case 'SignatureDoesNotMatch':
      return { problem: `the server does not accept the credentials (${error.name})`, hint: 'check the access key and its secret' };
    case NO_CREDENTIALS:
      return { problem: error.message, hint: 'set `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`, or a `profile`' };
  }
  const name = error.name === 'Error' ? undefined : error.name;
  return {
    problem: [`\`${key}\``, status, name, error.message || error.code].filter((part) => part !== undefined && part !== '').join(': '),
  };
}
