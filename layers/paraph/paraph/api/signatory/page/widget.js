// eID Easy's widget in a frame of its own: the page around it says what to open it with, and is told what happens.

const NAME = "eideasy-widget";
const CHOICES = `${NAME} button, ${NAME} [role="button"]`;
const SHOWN_WITHIN = 5_000;
const WHYS = {
  refused: "refused",
  USER_REFUSED: "refused",
  USER_CANCELLED: "cancelled",
  TIMEOUT: "late",
  NOT_MID_CLIENT: "unsuitable",
  "No ID or basic level only": "unsuitable",
};
const place = document.getElementById("widget");

addEventListener("message", ({ origin, source, data, ports: [page] }) => {
  if (origin === location.origin && source === parent && parent !== window && page) open(data, page);
});

async function open(settings, page) {
  const tell = (what, more) => page.postMessage({ what, ...more });
  if (!customElements.get(NAME)) return tell((await isMissing()) ? "missing" : "unloaded");
  show(settings, tell);
  new ResizeObserver(() => tell("height", { height: document.documentElement.offsetHeight })).observe(place);
  return tell((await offersSomething()) ? "shown" : "nothing");
}

/** The widget from its beginning: what it keeps of a try that failed, it does not forget by itself. */
function show(settings, tell) {
  const failed = (error) => {
    const why = whyOf(error);
    if (why !== "told") show(settings, tell);
    tell("failed", { why });
  };
  const properties = {
    clientId: settings.client_id,
    docId: settings.doc_id,
    apiEndpoints: { base: () => settings.api_endpoint },
    enabledMethods: { signature: settings.methods.map(({ action_type }) => action_type), identification: [] },
    countryCode: settings.country_code ?? settings.methods[0].countries[0],
    language: "en",
    showPoweredByEidEasyLink: false,
    modifyRequestSettings: () => tell("trying"),
    onSuccess: () => tell("signed"),
    onFail: failed,
  };
  place.replaceChildren(Object.assign(document.createElement(NAME), properties));
}

/** Why nothing was signed, in one word; `told` if the widget says it itself, where it has to be mended. */
function whyOf(error) {
  if (error.isCancel) return "cancelled";
  const known = WHYS[error.response?.data?.status];
  if (known || error.userMessage || error.userDetails) return known ?? "told";
  return error.name === "MethodException" ? "card" : "other"; // a card's errors bring nothing but this name
}

/** Whether there is a method to choose, as soon as there is one; where there is none, the widget says nothing. */
function offersSomething() {
  const offered = () => [...place.querySelectorAll(CHOICES)].some((choice) => choice.offsetParent);
  return new Promise((resolve) => {
    const end = (something) => {
      observer.disconnect();
      clearTimeout(patience);
      resolve(something);
    };
    const observer = new MutationObserver(() => offered() && end(true));
    const patience = setTimeout(() => end(offered()), SHOWN_WITHIN);
    observer.observe(place, { childList: true, subtree: true });
    if (offered()) end(true);
  });
}

/** It was not fetched before the deployment; anything else may be mended by trying again. */
async function isMissing() {
  const script = document.getElementById("script").src;
  return fetch(script).then(({ status }) => status === 404, () => false);
}
