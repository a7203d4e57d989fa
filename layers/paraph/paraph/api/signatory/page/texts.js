// Every word that the page says; to translate it, translate this file (and the few words of index.html).

const tries = (number) => (number === 1 ? "One try is left." : `${number} tries are left.`);

export const texts = {
  title: (name) => `Sign ${name}`,
  asks: (owner) => `${owner || "Somebody"} asks you to sign`,
  facts: { document: "Document", signatory: "You sign as", reason: "Reason", location: "Place", until: "Answer by" },

  document: {
    heading: "Read the document",
    loading: "Loading the page…",
    page: (number, count) => `Page ${number} of ${count}`,
    label: (number, count, name) => `Page ${number} of ${count} of ${name}, as a picture`,
    region: "The page, enlarged; scroll to see all of it",
    previous: ["Previous", "Previous page"],
    next: ["Next", "Next page"],
    enlarge: "Enlarge",
    shrink: "Fit to width",
    failed: (owner) =>
      `The document cannot be shown here. If you do not know what it says, ask ${owner || "the sender"} for it before you sign.`,
    retry: "Try to show it again",
  },

  asked: {
    heading: "Sign with your code",
    sent: "A code was sent to you.",
    label: "Code",
    hint: "The digits from the newest message. Spaces do not matter.",
    consent: (name) => `With this code you sign the document as ${name}.`,
    sign: "Sign the document",
    wait: "No code yet? It can take a minute to arrive.",
    resend: "Send a new code",
    decline: "I do not want to sign",
    lastCode: "This is the last code that can be sent.",
    malformed: "Enter the code: 4 to 9 digits.",
    wrong: (left) => `That is not the right code. ${tries(left)}`,
    expired: "That code was too old. A new one was sent; enter that one.",
    renewed: "A new code was sent. The one before is worth nothing now.",
    tooMany: "No further code can be sent.",
  },

  declining: {
    heading: "Decline to sign?",
    explain: (owner) => `The document will not be signed, and ${owner || "the sender"} will see that you declined. You cannot change this later.`,
    label: "Your reason (optional)",
    hint: (owner) => `${owner || "The sender"} can read it.`,
    decline: "Decline",
    back: "Back",
  },

  waiting: {
    signing: "Signing…",
    signingMore: "The signature is being made and checked. This takes a few seconds.",
    renewing: "Sending a new code…",
    preparing: "One moment…",
    more: "Please keep this page open.",
  },

  ended: {
    signed: (name) => ["Signed", `Your signature on ${name} was made and checked. You can close this page.`],
    signedBefore: (name) => ["Already signed", `${name} is signed. There is nothing left to do; you can close this page.`],
    declined: (owner) => ["Declined", `The document is not signed, and ${owner || "the sender"} will see that you declined. You can close this page.`],
    expired: (owner) => [
      "Not signed",
      `There was no right code in time, or too many wrong ones. ${owner || "The sender"} can ask you again with a new link.`,
    ],
    cancelled: (owner) => ["Withdrawn", `${owner || "The sender"} does not ask for your signature any more. There is nothing left to do.`],
    failed: (owner) => [
      "Not completed",
      `Something stood in the way of this signature, through no fault of yours. ${owner || "The sender"} can see what happened.`,
    ],
    unclear: (owner) => [
      "Not settled yet",
      `Whether your signature was made has to be looked into. There is nothing left to do for you; ${owner || "the sender"} can tell you how it ends.`,
    ],
    unknown: () => [
      "This link does not work",
      "It may be incomplete, or its time is over. Open the link in the newest message again, in full; or ask the sender for a new one.",
    ],
    lost: (owner) => [
      "We lost sight of it",
      `Your answer was taken, but this page cannot see any more how it ended. ${owner || "The sender"} can tell you.`,
    ],
  },

  trouble: {
    offline: "There is no connection. Trying again…",
    busy: "That did not work just now. Please try again in a moment.",
    opening: ["The page cannot be opened just now", "Please check your connection and try again."],
    retry: "Try again",
  },
};
