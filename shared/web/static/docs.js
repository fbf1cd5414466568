"use strict";

// No validator: it would send the document to another host.
window.addEventListener("load", () => {
  const place = document.getElementById("docs");
  window.SwaggerUIBundle({ url: place.dataset.document, domNode: place, validatorUrl: null, deepLinking: true });
});
