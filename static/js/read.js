// Reads a page of the desk. The browser takes it apart and runs nothing of it; no
// script here turns a text into markup (Trusted Types forbid that to all).
"use strict";
const readPage = (address, signal) => new Promise((done, fail) => {
  const request = new XMLHttpRequest();
  request.open("GET", address);
  request.responseType = "document";
  request.onload = () => {
    const { response: page, status, responseURL } = request;
    page ? done({ page, isOurs: status === 200 && responseURL === new URL(address, location).href }) : fail();
  };
  request.onerror = request.onabort = () => fail();
  signal?.addEventListener("abort", () => request.abort());
  request.send();
});
