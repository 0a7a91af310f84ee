/** A real browser (Debian's Chromium) on the product as a user starts it: the demo, and real rows where they are at hand. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { copyDemo } from '../e2e/madeDemo';
import { runCommand, startProduct } from '../e2e/product';
import { startProvider } from '../http/providerProcess';

export const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const REAL = process.env.DEEPLESION_FIXTURES ?? resolve(__dirname, '../../../shared/deeplesion');
/** The address of a server with the demo and the real data sets that runs already. */
const RUNNING_ORIGIN = process.env.DEEPLESION_BROWSER_ORIGIN;
const AXE = readFileSync(createRequire(__filename).resolve('axe-core/axe.min.js'), 'utf8');

/** Widths at which every page is looked at: a phone, a laptop. */
export const NARROW = { width: 390, height: 844 };
export const WIDE = { width: 1280, height: 900 };

/** Slow machines need seconds for what takes milliseconds elsewhere; no test waits for a time, only for a state. */
const STATE_TIMEOUT_MS = 30_000;

/** How a page is opened. */
export interface OpenOptions {
  readonly viewport?: { width: number; height: number };
  readonly theme?: 'light' | 'dark';
  readonly touch?: boolean;
}

/** A page that notes everything that must not happen. */
export interface WatchedPage {
  readonly page: Page;
  /**
   * errors of scripts, of the console and of the content policy, answers from 400 on, and requests to other hosts;
   * a story that provokes one takes it out
   */
  readonly problems: string[];
  /** what axe finds on the page as it is now, as sentences */
  findAccessibilityProblems(): Promise<string[]>;
  close(): Promise<void>;
}

export interface BrowserBed {
  readonly origin: string;
  /** whether the real validation rows were imported, as the data set `validation`, and patient 1's slices, as `slices` */
  readonly hasRealData: boolean;
  /** address of the OpenID provider that people sign in with; null on a server that runs already and has none */
  readonly issuer: string | null;
  open(path: string, options?: OpenOptions): Promise<WatchedPage>;
  /** `deeplesion WORDS` on the server's data; on a server that runs already, on those of DATA_DIR */
  runCommand(words: string[]): ReturnType<typeof runCommand>;
  stop(): Promise<void>;
}

/** Starts product and browser; it takes a minute or two. */
export async function startBrowserBed(): Promise<BrowserBed> {
  const server = RUNNING_ORIGIN ? runningServer(RUNNING_ORIGIN) : await startServer();
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--force-color-profile=srgb', '--font-render-hinting=none'],
  });
  return {
    ...server,
    open: (path, options) => openWatched(browser, server.origin, path, options),
    async stop() {
      await browser.close();
      await server.stop();
    },
  };
}

type Server = Pick<BrowserBed, 'origin' | 'hasRealData' | 'issuer' | 'runCommand' | 'stop'>;

async function startServer(): Promise<Server> {
  const dataDir = await copyDemo();
  const provider = await startProvider();
  const product = await startProduct({
    ...{
      DATA_DIR: dataDir,
      OIDC_ISSUER: provider.issuer,
      OIDC_NAME: 'Example Lab',
      OIDC_ROLE_MAP: 'radiologists=reviewer',
    },
    ...{ OIDC_CLIENT_ID: provider.clientId, OIDC_CLIENT_SECRET: provider.clientSecret },
  }).catch((failure: unknown) => {
    provider.stop();
    throw failure;
  });
  await provider.setUp({
    redirectUris: [`${product.origin}/auth/callback`],
    postLogoutRedirectUris: [`${product.origin}/`],
  });
  const hasRealData = existsSync(join(REAL, 'DL_info.val.csv'));
  if (hasRealData) await importRealData(dataDir);
  return {
    origin: product.origin,
    hasRealData,
    issuer: provider.issuer,
    runCommand: (words) => runCommand(words, { DATA_DIR: dataDir }),
    async stop() {
      provider.stop();
      if (product.process.exitCode === null) await product.stop('SIGTERM');
      rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** For anyone who works on a page: no start of a minute before each story. */
const runningServer = (origin: string): Server => ({
  origin,
  hasRealData: true,
  issuer: process.env.DEEPLESION_BROWSER_ISSUER ?? null,
  runCommand: (words) => runCommand(words, { DATA_DIR: process.env.DATA_DIR ?? 'data' }),
  stop: async () => undefined,
});

async function importRealData(dataDir: string): Promise<void> {
  const images = join(REAL, 'Images_png');
  const imports = [
    ['import', 'dl-info', join(REAL, 'DL_info.val.csv'), '--images', images, '--dataset', 'validation'],
    ['import', 'dl-info', join(REAL, 'DL_info.patient1.csv'), '--images', images, '--dataset', 'slices'],
  ];
  for (const words of imports) {
    const { code, output } = await runCommand(words, { DATA_DIR: dataDir });
    if (code !== 0) throw new Error(output);
  }
}

async function openWatched(
  browser: Browser,
  origin: string,
  path: string,
  { viewport = WIDE, theme = 'light', touch = false }: OpenOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({
    baseURL: origin,
    viewport,
    colorScheme: theme,
    hasTouch: touch,
    reducedMotion: 'reduce',
    acceptDownloads: true,
  });
  context.setDefaultTimeout(STATE_TIMEOUT_MS);
  const page = await context.newPage();
  const problems: string[] = [];
  await watch(context, page, origin, problems);
  await page.goto(path);
  return {
    page,
    problems,
    findAccessibilityProblems: () => findAccessibilityProblems(page),
    close: () => context.close(),
  };
}

async function watch(context: BrowserContext, page: Page, origin: string, problems: string[]): Promise<void> {
  await context.exposeFunction('reportPolicyViolation', (text: string) => problems.push(`content policy: ${text}`));
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
      const { reportPolicyViolation } = window as unknown as { reportPolicyViolation(text: string): void };
      reportPolicyViolation(`${violatedDirective} ${blockedURI}`);
    });
  });
  page.on('pageerror', (error) => problems.push(`script: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') problems.push(`console: ${message.text()}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) problems.push(`status ${response.status()} of ${response.url()}`);
  });
  page.on('request', (request) => {
    const { protocol, origin: to } = new URL(request.url());
    if (protocol.startsWith('http') && to !== origin) problems.push(`request to another host: ${request.url()}`);
  });
}

interface AxeResult {
  violations: { id: string; help: string; nodes: { html: string }[] }[];
}

/** The script comes by the debugger's way, which no content policy stops. */
async function findAccessibilityProblems(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() =>
    (window as unknown as { axe: { run(): Promise<AxeResult> } }).axe.run(),
  );
  return violations.map(
    ({ id, help, nodes }) => `${id}: ${help} at ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`,
  );
}
