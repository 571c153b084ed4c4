// SPDX-License-Identifier: BSD-2-Clause
// Brings the rates up to date; the rest of the page is as it was loaded.
"use strict";
(() => {
	const PERIOD = 2000; // ms
	const byId = (id) => document.getElementById(id);

	const rateText = (rate) =>
		rate >= 100 ? Math.round(rate).toLocaleString("en") :
		rate >= 10 ? rate.toFixed(1) :
		rate >= 0.005 ? rate.toFixed(2) : "0";

	const put = (element, text) => {
		if (element && element.textContent !== text)
			element.textContent = text;
	};

	const at = (value, path) =>
		path.split(".").reduce((v, key) => v && v[key], value) || 0;

	const plot = (figure, rates, history) => {
		const list = history[figure.dataset.plot] || [];
		const most = Math.max(0, ...list);
		const points = list.map((rate, i) =>
			`${(300 - history.ago[i]).toFixed(1)},` +
			`${(58 * (1 - (most ? rate / most : 0)) + 1).toFixed(1)}`);

		figure.querySelector("polyline").setAttribute("points", points.join(" "));
		put(figure.querySelector("[data-now]"),
			rateText(at(rates, figure.dataset.plot)));
		put(figure.querySelector("[data-most]"), rateText(most));
	};

	// Read out by screen readers, so it is left alone while it is the same.
	const warn = (texts) => {
		const list = byId("warnings");
		const old = [...list.children].map((item) => item.textContent);

		if (!texts.length)
			texts = ["none"];
		if (old.join("\n") === texts.join("\n"))
			return;
		list.replaceChildren(...texts.map((text) => {
			const item = document.createElement("li");
			item.textContent = text;
			item.className = text === "none" ? "none" : "";
			return item;
		}));
	};

	const show = (figures) => {
		const ready = byId("ready");

		put(ready, figures.ready ? "answers from what is live" : "NOT READY");
		ready.className = figures.ready ? "good" : "bad";
		if (figures.release !== null) {
			put(byId("release"), String(figures.release));
			put(byId("rules"), figures.rules === null ? "unknown" :
				figures.rules.toLocaleString("en"));
		}
		put(byId("time"), new Date(figures.time).toISOString()
			.replace("T", " ").replace(/\..*/, " UTC"));
		for (const figure of document.querySelectorAll("[data-plot]"))
			plot(figure, figures.rates, figures.history);
		for (const cell of document.querySelectorAll("[data-rate]"))
			put(cell, rateText(at(figures.rates, cell.dataset.rate)));
		warn(figures.warnings);
	};

	const look = async () => {
		try {
			if (!document.hidden) {
				const answer = await fetch("/live.json",
					{signal: AbortSignal.timeout(10000)});

				if (!answer.ok)
					throw new Error(`it answers with ${answer.status}`);
				show(await answer.json());
			}
		} catch (error) {
			warn([`these figures are old, newer ones do not come: ${error.message}`]);
		}
		setTimeout(look, PERIOD);
	};

	setTimeout(look, PERIOD);
})();
