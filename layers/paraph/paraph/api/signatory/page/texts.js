// Every word that the page says; to translate it, translate this file (and the few words of index.html).

const tries = (number) => (number === 1 ? "One try is left." : `${number} tries are left.`);
const sender = (owner) => owner || "the sender";
const Sender = (owner) => owner || "The sender";
const provider = (name) => name || "your provider";

const SECRETS = { otp: "this code", pin: "your PIN", key_password: "your password" };
const secrets = (factors) => new Intl.ListFormat("en").format(factors.map((factor) => SECRETS[factor]));

export const texts = {
  title: (name) => `Sign ${name}`,
  asks: (owner) => `${owner || "Somebody"} asks you to sign`,
  facts: {
    document: "Document",
    signatory: "You sign as",
    reason: "Reason",
    location: "Place",
    field: "Field",
    until: "Answer by",
  },

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
      `The document cannot be shown here. If you do not know what it says, ask ${sender(owner)} for it before you sign.`,
    retry: "Try to show it again",
  },

  challenge: {
    factors: {
      otp: {
        label: "Code",
        hint: (name) =>
          name
            ? `The newest code from ${name}: a message, or what its app or token shows. Spaces do not matter.`
            : "The digits from the newest message. Spaces do not matter.",
        malformed: "Enter the code: 4 to 9 digits.",
        wrong: (left) => `That is not the right code. ${tries(left)}`,
      },
      pin: {
        label: "PIN",
        hint: (name) => `The PIN of your signing key${name ? ` at ${name}` : ""}.`,
        malformed: "Enter your PIN.",
        wrong: (left) => `That is not the right PIN. ${tries(left)}`,
      },
      key_password: {
        label: "Password",
        hint: (name) => `The password of your signing key${name ? ` at ${name}` : ""}.`,
        malformed: "Enter your password.",
        wrong: (left) => `That is not the right password. ${tries(left)}`,
      },
    },
    asked: {
      heading: (factors) => `Sign with ${secrets(factors).replace("this", "your")}`,
      sent: (name) => (name ? `${name} has sent you a code.` : "A code was sent to you."),
      consent: (factors, name) => `With ${secrets(factors)} you sign the document as ${name}.`,
      sign: "Sign the document",
      wait: "No code yet? It can take a minute to arrive.",
      resend: "Send a new code",
      lastCode: "This is the last code that can be sent.",
      wrong: (left) => `What you entered was not accepted. ${tries(left)}`,
      expired: "That code was too old. A new one was sent; enter that one.",
    },
    remarks: {
      renewed: "A new code was sent. The one before is worth nothing now.",
      undelivered: "No new code could be sent just now. The one before may still be good; or ask again in a minute.",
      again: "That did not work, and nothing was signed. Please do it once more.",
    },
    redirecting: {
      heading: (name) => `Sign at ${provider(name)}`,
      explain: (name) =>
        `Your signing key is kept by ${provider(name)}. You confirm there that it is you, and come back to this page.`,
      consent: (name) => `It is for signing the document as ${name}.`,
      go: (name) => `Continue at ${provider(name)}`,
    },
    eid: {
      heading: "Sign with your eID",
      consent: (name) =>
        `Choose below how you sign: with your phone, your ID card, or what else is offered. With it you sign the document as ${name}.`,
      explain: "What is in the frame comes from eID Easy, which has the signature made. The document itself stays here.",
      frame: "eID Easy: choose how you sign, and sign",
      loading: "Loading what eID Easy offers…",
      signed: "I have signed",
      notThere:
        "There is no signature of yours so far. If you have signed just now, wait a moment and press “I have signed”, and it is looked for again. If you have not, sign in the frame.",
      unanswered:
        "This page could not find out whether you have signed. Check your connection, and press “I have signed”.",
      failures: {
        refused: "Nothing was signed: your device says that you refused. If you did not mean to, sign again.",
        cancelled: "Nothing was signed: it was cancelled. You can sign again.",
        card: "Nothing was signed: it was cancelled, or the card could not be read. Try again, or sign another way.",
        late: "Nothing was signed: it was not confirmed in time. You can sign again.",
        unsuitable: "Nothing was signed: there is no eID that can sign under this number. Try again, or sign another way.",
        told: "eID Easy did not accept that. Its frame says why; correct it there, or sign another way.",
        other: "That did not work. Try again, or sign another way.",
      },
      nothing: (owner) => `eID Easy offers no way to sign this document just now. Tell ${sender(owner)}, or come back later.`,
      missing: (owner) =>
        `This page cannot sign with an eID yet: a part of it was not installed. Tell ${sender(owner)}: whoever runs this page has to run “make pages” and deploy it again.`,
      unloaded: "What eID Easy offers could not be loaded. Check your connection and try again.",
      waiting: {
        signing: "Looking for your signature…",
        signingMore: "It is fetched from eID Easy and checked. This takes a few seconds.",
        preparing: "One moment…",
        more: "Please keep this page open.",
      },
    },
    decline: "I do not want to sign",
    tooMany: "No further code can be sent.",
    waiting: {
      signing: "Signing…",
      signingMore: "The signature is being made and checked. This takes a few seconds.",
      renewing: "Sending a new code…",
      preparing: "One moment…",
      more: "Please keep this page open.",
    },
    ended: {
      expired: ({ owner_name }) => [
        "Not signed",
        `There was no right answer in time, or too many wrong ones. ${Sender(owner_name)} can ask you again with a new link.`,
      ],
    },
  },

  authorisation: {
    heading: "Approve with your device",
    consent: (name) => `When you approve, you sign the document as ${name}.`,
    explain: "Your device asks for what unlocks it: your fingerprint, your face or its PIN.",
    ask: "Approve with this device",
    confirming: "Your device is asking you now. Confirm there that it is you.",
    decline: "I do not want to sign",
    noPasskeys:
      "This browser cannot ask a registered device. Open the link in a current browser, on the device that you registered.",
    refused:
      "This answer cannot be accepted: it comes from another device, or your device did not check that it is you. Try again with the device that you registered.",
    trouble: {
      NotAllowedError:
        "Nothing was approved: it was cancelled, it took too long, or this is not a device that you registered. You can try again.",
      SecurityError: "This browser does not trust this address to ask your device. Open the link in the message again.",
      other: "Your device could not answer. Please try again, or open the link on another device that you registered.",
    },
    fingerprint: {
      heading: "Fingerprint of exactly what is signed",
      explain: "Your approval is good for this document and no other. If one letter of it changed, this would change.",
      algorithm: (name) => name.toUpperCase().replace("SHA", "SHA-"),
    },
    waiting: {
      signing: "Approved. Signing…",
      signingMore: "The signature is being made and checked. This takes a few seconds; you may close this page.",
    },
    ended: {
      expired: ({ owner_name }) => [
        "Not signed",
        `There was no approval in time. ${Sender(owner_name)} can ask you again with a new link.`,
      ],
      lost: ({ owner_name }) => [
        "Approved",
        `Your approval was taken, but this page cannot see any more how it ended. ${Sender(owner_name)} can tell you.`,
      ],
    },
  },

  registration: {
    title: "Register a device",
    asks: (owner) => `${owner || "Somebody"} invites you to register a device`,
    until: "Register by",
    heading: "Register this device",
    meaning: (owner, name) => [
      `With this device you will approve signatures in your name, ${name}. When ${sender(owner)} asks you to sign, you get a link, read the document, and approve it with this device.`,
      "Your device makes a passkey for this, and asks for what unlocks it: your fingerprint, your face or its PIN. These never leave the device.",
      "Register only a device that nobody but you can unlock. If the passkey is kept in your account with Apple, Google or a password manager, your other devices there can approve too.",
    ],
    name: {
      label: "Name of the device",
      hint: (owner) => `To tell your devices apart. ${Sender(owner)} sees it too.`,
      missing: "Give the device a name.",
      guess: { phone: "Phone", computer: "Computer" },
    },
    ask: "Register this device",
    confirming: "Your device is asking you now. Confirm there that it is you.",
    unexpected: "If you did not expect this invitation, close this page.",
    noPasskeys:
      "This browser cannot register a device. Open the link in a current browser, on the phone or computer with which you want to approve.",
    refused: "This device cannot be registered: it is registered already, or it did not check that it is you.",
    trouble: {
      NotAllowedError: "Nothing was registered: it was cancelled, or it took too long. You can try again.",
      InvalidStateError: "This device is registered for you already. Register another one, or close this page.",
      ConstraintError:
        "This device cannot check that it is you. Set up a screen lock (a PIN, your fingerprint or your face), and try again.",
      NotSupportedError: "This device cannot make a passkey that is good for this. Try it with another device.",
      SecurityError: "This browser does not trust this address to ask your device. Open the link in the message again.",
      other: "Your device could not make a passkey. Please try again, or open the link on another device.",
    },
    ended: {
      registered: ({ registered, notified, owner_name }) => [
        "Registered",
        `“${registered}” can now approve signatures in your name. When ${sender(owner_name)} asks you to sign, ${notified ? "it tells you, and you get a link" : "you get a link"}. You can close this page.`,
      ],
      registeredBefore: ({ registered, owner_name }) => [
        "This link was used",
        `It registered the device “${registered}”, and registers no other. If that was not you, tell ${sender(owner_name)} at once. For another device, ask for a new invitation.`,
      ],
      full: ({ owner_name }) => [
        "Too many devices",
        `You have as many registered devices as there may be. Ask ${sender(owner_name)} to remove one that you do not use any more; then open this link again.`,
      ],
      expired: ({ owner_name }) => [
        "This invitation is over",
        `Its time has passed, or a newer one took its place. Open the link in the newest message, or ask ${sender(owner_name)} for a new one.`,
      ],
    },
  },

  notices: {
    label: "Tell me on this device when a signature waits",
    hint: "A message appears here, and leads to the page. The link comes by e-mail or SMS as well.",
    refused: "This browser does not show such messages here. The link comes by e-mail or SMS.",
  },

  declining: {
    heading: "Decline to sign?",
    explain: (owner) => `The document will not be signed, and ${sender(owner)} will see that you declined. You cannot change this later.`,
    label: "Your reason (optional)",
    hint: (owner) => `${Sender(owner)} can read it.`,
    decline: "Decline",
    back: "Back",
  },

  ended: {
    signed: ({ document_name }) => [
      "Signed",
      `Your signature on ${document_name} was made and checked. You can close this page.`,
    ],
    signedBefore: ({ document_name }) => [
      "Already signed",
      `${document_name} is signed. There is nothing left to do; you can close this page.`,
    ],
    declined: ({ owner_name }) => [
      "Declined",
      `The document is not signed, and ${sender(owner_name)} will see that you declined. You can close this page.`,
    ],
    cancelled: ({ owner_name }) => [
      "Withdrawn",
      `${Sender(owner_name)} does not ask for your signature any more. There is nothing left to do.`,
    ],
    failed: ({ owner_name }) => [
      "Not completed",
      `Something stood in the way of this signature, through no fault of yours. ${Sender(owner_name)} can see what happened.`,
    ],
    unclear: ({ owner_name }) => [
      "Not settled yet",
      `Whether your signature was made has to be looked into. There is nothing left to do for you; ${sender(owner_name)} can tell you how it ends.`,
    ],
    expired: ({ owner_name }) => [
      "The time is over",
      `This link opens nothing any more. ${Sender(owner_name)} can send you a new one.`,
    ],
    unknown: () => [
      "This link does not work",
      "It may be incomplete, or its time is over. Open the link in the newest message again, in full; or ask the sender for a new one.",
    ],
    lost: ({ owner_name }) => [
      "We lost sight of it",
      `Your answer was taken, but this page cannot see any more how it ended. ${Sender(owner_name)} can tell you.`,
    ],
  },

  trouble: {
    offline: "There is no connection. Trying again…",
    busy: "That did not work just now. Please try again in a moment.",
    opening: ["The page cannot be opened just now", "Please check your connection and try again."],
    retry: "Try again",
  },
};
