// What the popup asks of Thunderbird, for Chromium: the mail that is being written is in a frame.

(() => {
  if (window !== top) return;
  const kept = {};
  const local = { address: location.origin };
  const area = (values) => ({
    get: async (asked) => ({ ...(typeof asked === "string" ? {} : asked), ...values }),
    set: async (given) => void Object.assign(values, given),
    remove: async (name) => void delete values[name],
  });

  async function executeScript({ files = [], func, args = [] }) {
    const mail = (await opened).contentWindow;
    for (const file of files) mail.eval(await (await fetch(file)).text());
    const result = func && JSON.parse(JSON.stringify(mail.eval(`(${func})`)(...args)) ?? "null");
    return [{ result }];
  }

  globalThis.browser = {
    storage: { local: area(local), session: area(kept) },
    permissions: { contains: async () => true },
    tabs: { query: async () => [{ id: 1 }] },
    compose: { getComposeDetails: async () => ({ isPlainText: false }) },
    scripting: { executeScript },
    runtime: { openOptionsPage: async () => void (location.href = "options.html") },
  };

  const opened = new Promise((resolve) => {
    document.addEventListener("DOMContentLoaded", () => {
      const mail = document.createElement("iframe");
      Object.assign(mail, { id: "mail", title: "The mail", srcdoc: `<body contenteditable>${MAIL_BODY}</body>` });
      mail.addEventListener("load", () => resolve(mail));
      document.body.append(mail);
    });
  });
})();
