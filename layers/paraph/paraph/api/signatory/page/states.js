// Which state of the page a view of the API means; nothing here touches the page.

const ENDED = {
  SIGNED: "signed",
  DECLINED: "declined",
  EXPIRED: "expired",
  CANCELLED: "cancelled",
  NEEDS_ATTENTION: "unclear",
};
const OPEN = { WAITING: "asked", ANSWERED: "signing", RESEND: "renewing", DECLINED: "declined" };

/** `asked`, `signing`, `renewing` and `preparing` go on; every other state is an end. */
export function stateOf(view) {
  if (view.signing_status !== "RUNNING") return ENDED[view.signing_status] ?? "failed";
  return OPEN[view.status] ?? "preparing";
}

export const goesOn = (state) => ["asked", "signing", "renewing", "preparing"].includes(state);

/** What to say with the question: `wrong`, `expired` or `renewed`; null the first time. */
export function noticeOf(view, asked_for_new_code) {
  if (asked_for_new_code) return "renewed";
  if (view.refusal === "OtpExpired") return "expired";
  return view.refusal ? "wrong" : null;
}

/** The code as people type it, without what they put between; null if it cannot be one. */
export function codeOf(text) {
  const digits = text.replace(/[\s.\-]/g, "");
  return /^[0-9]{4,9}$/.test(digits) ? digits : null;
}

/** How long to wait before looking again, in milliseconds: soon while something happens, calmly while it does not. */
export function pauseOf(state, looked) {
  if (state === "asked") return 15_000;
  return looked < 10 ? 2_000 : 5_000;
}
