// Headless Chromium and Firefox, driven by puppeteer-core: what the tests of the book need of them.
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import path from "node:path";

const commands = { Chromium: ["chromium", "chromium-browser"], Firefox: ["firefox-esr", "firefox"] };
const options = {
  Chromium: { browser: "chrome", pipe: true, args: ["--no-sandbox", "--disable-gpu", "--no-first-run",
    "--disable-sync", "--disable-background-networking", "--disable-component-update", "--disable-quic"] },
  // The protocol cannot set what pages are told of the reader: dark, on paper, no scripts. The browser's own
  // window can, and needs this permission.
  // A phone shows its scrollbar over the page, not beside it.
  Firefox: { browser: "firefox", args: ["--remote-allow-system-access"],
    extraPrefsFirefox: { "ui.useOverlayScrollbars": 1 } },
};

// The program of a browser; CHROMIUM or FIREFOX in the environment says another.
export function command_of(name) {
  const given = process.env[name.toUpperCase()], places = process.env.PATH.split(path.delimiter);
  return (given ? [given] : commands[name])
    .flatMap((command) => places.map((directory) => path.resolve(directory, command))).find(existsSync);
}

export function puppeteer_in(build) {
  try {
    return createRequire(path.resolve(build, "npm/any"))("puppeteer-core");
  } catch { /* it is not there */ }
}

// Serves the files of a directory, to this machine alone.
export async function serve(directory) {
  const types = { html: "text/html", js: "text/javascript", css: "text/css" };
  const server = createServer(async ({ method, url }, response) => {
    try {
      const file = path.join(directory, decodeURIComponent(new URL(url, "http://here").pathname));
      if (method !== "GET" || !file.startsWith(directory + path.sep)) throw new Error("refused");
      const body = await readFile(file);
      const type = types[path.extname(file).slice(1)] ?? "application/octet-stream";
      response.writeHead(200, { "content-type": type }).end(body);
    } catch { response.writeHead(404).end(); }
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return { origin: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() };
}

export const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

// A browser with one page.
export class Browser {
  constructor(name) { this.name = name; }
  async start(puppeteer, more = []) {
    const minutes = 10 * 60 * 1000; // a loaded machine is slow, which is no fault
    const { args, ...usual } = options[this.name];
    this.browser = await puppeteer.launch({ ...usual, args: [...args, ...more], executablePath: command_of(this.name),
      headless: true, protocolTimeout: minutes, timeout: minutes, defaultViewport: null });
    [this.page] = await this.browser.pages();
    this.page.setDefaultTimeout(minutes);
    this.version = (await this.browser.version()).split("/")[1];
    if (this.name === "Chromium") this.devtools = await this.page.createCDPSession();
    // Of files Firefox reports nothing; what a server refuses, both report.
    this.page.on("request", (it) => this.events.requests.push(it.url()));
    this.page.on("requestfailed", (it) => this.events.failures.push(it.url()));
    this.page.on("response", (it) => it.ok() || this.events.failures.push(`${it.url()} ${it.status()}`));
    this.page.on("pageerror", (error) => this.events.complaints.push(String(error.stack ?? error)));
    this.page.on("console", (message) => {
      if (["error", "warn"].includes(message.type())) this.events.complaints.push(message.text());
    });
    this.forget();
  }
  forget() { this.events = { requests: [], failures: [], complaints: [] }; }
  close() { return this.browser.close(); }

  // Opens a page anew and keeps what happens from here on.
  async open(url) {
    if (url !== "about:blank") await this.page.goto("about:blank");
    this.forget();
    await this.page.goto(url);
    if (this.scriptless) return;
    await this.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))));
  }
  async look(width, scheme = "light", media = "screen") {
    const height = width < 600 ? 844 : 900;
    if (!this.devtools) {
      await this.page.setViewport({ width, height });
      return this.#own_window({ prefersColorSchemeOverride: scheme, mediumOverride: media });
    }
    await this.devtools.send("Emulation.setDeviceMetricsOverride",
                             { width, height, deviceScaleFactor: 1, mobile: width < 600 });
    await this.devtools.send("Emulation.setEmulatedMedia",
                             { media, features: [{ name: "prefers-color-scheme", value: scheme }] });
  }
  // Whether pages that are opened from now on may run their scripts.
  async scripts(allowed) {
    this.scriptless = !allowed;
    if (this.devtools) await this.page.setJavaScriptEnabled(allowed);
    else await this.#own_window({ allowJavascript: allowed });
  }
  async #own_window(properties) {
    const { connection } = this.browser;
    this.tree ??= await connection.send("browsingContext.getTree", { "moz:scope": "chrome" });
    const { context } = this.tree.result.contexts[0], values = JSON.stringify(properties);
    const expression = `Object.assign(gBrowser.selectedBrowser.browsingContext, ${values}); true`;
    const { result } = await connection.send("script.evaluate",
                                             { expression, target: { context }, awaitPromise: false });
    if (result.type !== "success") throw new Error(result.exceptionDetails.text);
  }

  // Goes on once the function is true in the page.
  wait(condition, ...values) { return this.page.waitForFunction(condition, { polling: 20 }, ...values); }
  async press(...keys) { for (const key of keys) await this.page.keyboard.press(key); }
  async drag(from, to) {
    const { mouse } = this.page;
    await mouse.move(...from), await mouse.down(), await mouse.move(...to, { steps: 4 }), await mouse.up();
  }
  // A finger goes from point to point: one is a tap.
  async touch([from, ...points]) {
    const finger = await this.page.touchscreen.touchStart(...from);
    for (const point of points) await finger.move(...point);
    await finger.end();
  }
}
