// Shows push messages until the signatory follows them. It answers no call of the page and keeps nothing.

self.addEventListener("push", (event) => {
  const { title, body, url, topic } = event.data.json();
  event.waitUntil(self.registration.showNotification(title, { body, tag: topic, icon: "icon.svg", data: { url } }));
});

self.addEventListener("notificationclick", (event) => {
  const { url } = event.notification.data;
  event.notification.close();
  if (url.startsWith(self.registration.scope)) event.waitUntil(self.clients.openWindow(url));
});
