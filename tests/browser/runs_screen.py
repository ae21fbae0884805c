"""The Runs page as a person meets it."""

import base64
from dataclasses import dataclass
from typing import Any

import numpy as np
from playwright.sync_api import Locator, Page, expect

from ml.maps.codec import pack_ids
from tests.browser.screen import wait_until

ASK_JS = """([path, body]) => fetch(path, {
    method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" },
}).then((answer) => answer.json())"""
LABELS_JS = """async ([path, n]) => {
    const bytes = await (await fetch(path)).arrayBuffer();
    return [Array.from(new Int16Array(bytes, 0, n)), Array.from(new Uint8Array(bytes, 2 * n, n))];
}"""
RUN_S = 60.0


@dataclass
class RunsScreen:
    """The Runs page of one project and the hands on it."""

    page: Page
    url: str
    project_id: str

    def open(self) -> None:
        self.page.goto(f"{self.url}/runs?project={self.project_id}")
        expect(self.page.locator(".runs-table.ready")).to_be_visible()

    def ask(self, path: str, body: Any) -> Any:
        """Send what another page of the app would send."""
        return self.page.evaluate(ASK_JS, [path, body])

    def get(self, path: str) -> Any:
        return self.page.evaluate("path => fetch(path).then((answer) => answer.json())", path)

    def state(self) -> Any:
        return self.get(f"/api/projects/{self.project_id}/state")

    def name(self, per_class: int, key: str) -> None:
        """Name some trained samples of each digit, as their labels say."""
        project = self.state()["project"]
        path, n = f"/api/datasets/{project['dataset_id']}/samples", project["num_samples"]
        label, held_out = (np.array(each) for each in self.page.evaluate(LABELS_JS, [path, n]))
        names = self.get(f"/api/datasets/{project['dataset_id']}")["class_names"]
        known = {each["name"]: each["class_index"] for each in self.state()["classes"]}
        for at, word in enumerate(names):
            ids = np.flatnonzero((label == at) & (held_out == 0))[:per_class]
            samples = base64.b64encode(pack_ids(ids, n)).decode()
            body = {"key": f"{key}{at}", "verb": "annotate", "class_index": known[word]}
            self.ask(f"/api/projects/{self.project_id}/gestures", {**body, "samples": samples})

    def update(self, key: str) -> Any:
        """Ask for an Update as the Map page would; return its answer."""
        body = {"key": key, "kind": "fine_tune", "config": {"num_epochs": 3}}
        return self.ask(f"/api/projects/{self.project_id}/runs", body)

    def wait_for_end(self, number: int) -> None:
        def is_over() -> bool:
            runs = [each for each in self.state()["runs"] if each["number"] == number]
            return bool(runs) and runs[0]["state"] == "finished"

        wait_until(is_over, f"the end of run {number}", RUN_S)

    def teach(self, per_class: int, number: int) -> None:
        """Name samples and wait until an Update has learned from them."""
        self.name(per_class, f"n{number}-")
        self.update(f"u{number}")
        self.wait_for_end(number)

    def rows(self) -> Locator:
        return self.page.locator(".runs-grid .ag-center-cols-container .ag-row")

    def cells(self, column: str) -> list[str]:
        """What a column says, top to bottom."""
        return self.page.evaluate(  # type: ignore[no-any-return]
            """column => [...document.querySelectorAll(`.runs-grid .ag-row [col-id="${column}"]`)]
                .sort((a, b) => a.closest(".ag-row").getAttribute("row-index")
                    - b.closest(".ag-row").getAttribute("row-index"))
                .map((each) => each.textContent)""",
            column,
        )

    def see(self, column: str, *texts: str) -> None:
        """Wait until a column says these, top to bottom."""
        wait_until(lambda: self.cells(column) == list(texts), f"{column}: {texts}", RUN_S)
