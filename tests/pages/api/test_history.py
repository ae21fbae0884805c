"""The routes of the Review page: log, tree, names of steps, agreement, checkout."""

from typing import Any

from pages.api.step_view import Lines
from store.records import Project
from tests.pages.web import Browser, Served, packed


def say(
    visitor: Browser,
    project: Project,
    key: str,
    verb: str,
    ids: list[int] | None = None,
    **values: Any,
) -> Any:
    """Make a gesture as a page does; return the answer."""
    body = {"key": key, "verb": verb, **values}
    if ids is not None:
        body["samples"] = packed(ids, 60)
    return visitor.post(f"/api/projects/{project.project_id}/gestures", body)


def read(visitor: Browser, project: Project, what: str) -> Any:
    answer = visitor.get(f"/api/projects/{project.project_id}/{what}")
    assert answer.status == 200, answer.body
    return answer.json


def named(browser: Browser, name: str) -> Browser:
    browser.post("/api/session", {"name": name})
    return browser


def test_log__tells_who_what_from_and_to(served: Served, visitor: Browser) -> None:
    project = served.project(class_names=("apple", "pear"))
    ada, ben = named(visitor, "Ada"), named(served.browser(), "Ben")
    say(ada, project, "1", "annotate", [1, 2, 3], class_index=0)
    say(ben, project, "2", "annotate", [2, 3], class_index=1)
    say(ben, project, "3", "undo")
    log = read(ada, project, "log")
    back, second, first = log["lines"]
    assert (log["total"], log["next"]) == (3, None)
    assert (first["author"], first["is_mine"], first["text"]) == (
        "Ada",
        True,
        "named 3 samples apple",
    )
    assert (first["from"], first["samples"], first["stands"]) == ([["no name", 3]], [1, 2, 3], True)
    assert (second["is_mine"], second["stands"], second["from"]) == (False, False, [["apple", 2]])
    assert back["text"] == "took back the name pear of 2 samples"
    assert (back["num_changed"], back["samples"]) == (2, [2, 3])


def test_review__calls_who_was_a_guest_by_the_name_given_since(
    served: Served, visitor: Browser
) -> None:
    """However long ago that was: the journal is read to its beginning."""
    project = served.project(class_names=("apple", "pear"))
    say(visitor, project, "1", "annotate", [1, 2, 3], class_index=0)
    say(served.browser(), project, "2", "annotate", [4], class_index=1)
    say(named(visitor, "Ada"), project, "3", "add_class", name="fig")
    log = read(visitor, project, "log")
    assert [line["author"] for line in log["lines"]] == ["Ada", "Guest", "Ada"]
    found = read(visitor, project, "log?q=Ada")
    assert [line["author"] for line in found["lines"]] == ["Ada", "Ada"]
    steps = read(visitor, project, "history")["steps"]
    authors = [step["author"] for step in steps if step["kind"] == "gestures"]
    assert authors == ["Ada", "Guest", "Ada"]
    people = read(visitor, project, "agreement")["people"]
    assert [person["author"] for person in people] == ["Ada", "Guest"]


def test_log__filters_by_who_class_verb_and_sample(served: Served, visitor: Browser) -> None:
    project = served.project(class_names=("apple", "pear"))
    ada, ben = named(visitor, "Ada"), named(served.browser(), "Ben")
    say(ada, project, "1", "annotate", [1, 2], class_index=0)
    say(ben, project, "2", "annotate", [2], class_index=1)
    say(ben, project, "3", "mark_unsure", [7])
    found = {
        asked: [line["seq"] for line in read(ada, project, f"log?{asked}")["lines"]]
        for asked in ("q=ada", "q=BEN", "q=pear", "q=apple", "q=unsure", "q=ben+pear", "q=7",
                      "q=nobody", "sample=2", "sample=9")
    }  # fmt: skip
    first = read(ada, project, "log")["seq"] - 2
    assert found == {
        "q=ada": [first], "q=BEN": [first + 2, first + 1], "q=pear": [first + 1],
        "q=apple": [first + 1, first], "q=unsure": [first + 2], "q=ben+pear": [first + 1],
        "q=7": [first + 2], "q=nobody": [], "sample=2": [first + 1, first], "sample=9": [],
    }  # fmt: skip


def test_log__comes_in_pages(served: Served, visitor: Browser) -> None:
    project = served.project()
    for n in range(45):
        say(
            visitor,
            project,
            str(n),
            "annotate" if n % 2 else "clear",
            [n],
            **({"class_index": 0} if n % 2 else {}),
        )
    page = read(visitor, project, "log")
    assert (len(page["lines"]), page["total"]) == (40, 45)
    rest = read(visitor, project, f"log?before={page['next']}")
    seqs = [line["seq"] for line in [*page["lines"], *rest["lines"]]]
    assert seqs == sorted(seqs, reverse=True)
    assert (len(seqs), rest["next"]) == (45, None)


def test_lines__of_many_steps_are_told_once_each() -> None:
    lines = Lines()
    places = [lines.add(line) for line in ([], ["a"], ["a", "b"], ["a"], ["a", "c"], ["b"])]
    assert places == [-1, 0, 1, 0, 2, 3]
    assert lines.links == [(-1, "a"), (0, "b"), (0, "c"), (-1, "b")]


def test_history__a_step_counts_what_it_did_not_take_back(served: Served, visitor: Browser) -> None:
    project = served.project()
    say(visitor, project, "1", "mark_unsure", [1])
    say(visitor, project, "2", "mark_unsure", [1, 2, 3])
    say(visitor, project, "3", "undo")
    say(visitor, project, "4", "redo")
    assert read(visitor, project, "history")["steps"][-1]["counts"] == {"mark_unsure": 4}
    say(visitor, project, "5", "undo")
    assert read(visitor, project, "history")["steps"][-1]["counts"] == {"mark_unsure": 1}


def test_history__names_its_steps_and_goes_back(served: Served, visitor: Browser) -> None:
    project = served.project()
    say(visitor, project, "1", "annotate", [1], class_index=0)
    named(ben := served.browser(), "Ben")
    say(ben, project, "2", "annotate", [2], class_index=0)
    history = read(visitor, project, "history")
    start, mine, theirs = history["steps"]
    assert [step["kind"] for step in history["steps"]] == ["start", "gestures", "gestures"]
    assert (history["here"], theirs["parent_id"]) == (theirs["step_id"], mine["step_id"])
    assert (mine["counts"], mine["num_named"], start["head"]) == ({"annotate": 1}, 1, None)
    stamp = read(visitor, project, "review")["names"]
    answer = visitor.post(
        f"/api/projects/{project.project_id}/steps/{mine['step_id']}/name", {"name": "Mine"}
    )
    assert answer.json["name"] == "Mine"
    assert read(visitor, project, "review")["names"] != stamp
    assert read(ben, project, "history")["steps"][1]["name"] == "Mine"
    answer = say(ben, project, "3", "checkout", to=mine["seq"], expected=history["seq"])
    assert answer.json["message"].startswith("Went back to an earlier state.")
    after = read(visitor, project, "history")
    assert (after["here"], len(after["steps"])) == (mine["step_id"], 3)
    assert read(visitor, project, f"steps/{mine['seq']}")["num_named"] == 1
    late = say(visitor, project, "4", "checkout", to=start["seq"], expected=history["seq"])
    assert (late.status, late.code) == (409, "stale_history")
    assert late.json["message"].startswith("Ben changed the project meanwhile;")


def test_agreement__is_withheld_until_enough_is_shared(served: Served, visitor: Browser) -> None:
    project = served.project(class_names=("apple", "pear"))
    ada, ben = named(visitor, "Ada"), named(served.browser(), "Ben")
    assert "two people" in read(ada, project, "agreement")["reason"]
    say(ada, project, "1", "annotate", list(range(10)), class_index=0)
    say(ben, project, "2", "annotate", list(range(9)), class_index=0)
    assert read(ada, project, "agreement")["reason"].startswith("Withheld: 9 samples")
    say(ada, project, "3", "annotate", list(range(10, 30)), class_index=1)
    say(ben, project, "4", "annotate", list(range(8, 30)), class_index=1)
    found = read(ada, project, "agreement")
    (pair,) = found["pairs"]
    assert (found["reason"], found["num_shared"], pair["num_alike"]) == ("", 30, 28)
    assert 0.8 < pair["cohen_kappa"] < 0.9
    assert 0.8 < found["krippendorff_alpha"] < 0.9
    assert [each["sample"] for each in found["differing"]] == [8, 9]
    say(ada, project, "5", "annotate", [8], class_index=1, settles=True)
    found = read(ada, project, "agreement")
    assert (found["num_differing"], found["num_settled"]) == (1, 1)
