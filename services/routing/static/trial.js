"use strict";

// The page is whole without this file; with it, Ctrl+Enter submits and a lost connection loses no text.

const content = document.getElementById("content");
let busy = false;

function trouble(form, words) {
  const mark = document.createElement("span");
  mark.setAttribute("aria-hidden", "true");
  mark.textContent = "▲";
  const line = document.createElement("p");
  line.className = "attention";
  line.append(mark, " " + words);
  form.querySelector("#trouble").replaceChildren(line);
}

async function submit(form) {
  if (busy) return;
  busy = true;
  const button = form.querySelector("button[type=submit]");
  const says = button.textContent;
  button.textContent = form.dataset.working;
  button.setAttribute("aria-disabled", "true");
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body: new URLSearchParams(new FormData(form)),
      credentials: "same-origin",
    });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("trial") && page.getElementById("content");
    if (!fresh) throw new Error(String(answer.status));
    content.replaceChildren(...document.adoptNode(fresh).childNodes);
    const wrong = content.querySelector("[aria-invalid]");
    (wrong || content.querySelector("#result-title[tabindex]") || content.querySelector("#text")).focus();
  } catch {
    trouble(form, form.dataset.lost);
  } finally {
    busy = false;
    if (button.isConnected) {
      button.textContent = says;
      button.removeAttribute("aria-disabled");
    }
  }
}

content.addEventListener("submit", (event) => {
  if (event.target.id !== "trial") return;
  event.preventDefault();
  submit(event.target);
});

content.addEventListener("keydown", (event) => {
  // An input method takes Enter for itself while it composes.
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
  const form = event.target.closest("form");
  if (form && form.id === "trial") {
    event.preventDefault();
    form.requestSubmit();
  }
});
