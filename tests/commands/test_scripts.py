"""How bin/test runs JavaScript unit tests: each test counts, no failure is lost."""

import threading
from itertools import count
from types import SimpleNamespace

import pytest
import run_tests
import suite

MODULE = """
import {word} from "./other.esm";
import {word as named} from "@some_addon/js/other.esm";
export const words = [word, named];
"""
OTHER = 'export const word = "yes";'
TESTS = """
import assert from "node:assert/strict";
import {describe, test} from "node:test";
import {words} from "../src/js/module.esm.js";

test("imports modules", () => assert.deepEqual(words, ["yes", "yes"]));
test("fails", () => assert.equal(1, 2));
test("waits for a browser", {skip: "no browser"}, () => {});
test("waits for somebody", {todo: true}, () => {});
describe("group", () => {
    test("passes", () => {});
    describe("below", () => test("throws", async () => {
        throw new Error("out of paper");
    }));
});
"""


@pytest.fixture
def run(tmp_path, monkeypatch):
    """A run of bin/test in a checkout with one addon; ``run.write`` adds a file."""
    for folder in ("static/src/js", "static/tests"):
        (tmp_path / "some_addon" / folder).mkdir(parents=True)
    monkeypatch.setattr(suite, "ROOT", tmp_path)
    run = SimpleNamespace(
        folder=tmp_path, numbers=count(1), stopping=threading.Event(), files={}
    )
    run.wait = lambda *args: run_tests.Run.wait(run, *args)

    def write(name, text):
        (tmp_path / "some_addon/static" / name).write_text(text)
        return f"some_addon/static/{name}"

    run.write = write
    return run


def test_each_test_counts(run):
    run.write("src/js/module.esm.js", MODULE)
    run.write("src/js/other.esm.js", OTHER)
    path = run.write("tests/some.test.mjs", TESTS)
    result = run_tests.NodeJob("some_addon", (path,)).run(run)
    assert result.passed == 2
    names = [text.splitlines()[0] for text in result.failures]
    assert names == [f"FAIL: {path}: fails", f"FAIL: {path}: group > below > throws"]
    assert "1 !== 2" in result.failures[0]
    assert "out of paper" in result.failures[1]
    assert result.skips == [
        f"{path}: waits for a browser: no browser",
        f"{path}: waits for somebody: no reason given",
    ]


@pytest.mark.parametrize(
    "text, reason",
    [
        ('import "./nowhere.mjs";', "nowhere.mjs"),
        ("const = 1;", "SyntaxError"),
        ("process.exit(3);", "some.test.mjs"),
    ],
)
def test_a_file_that_cannot_run_fails(run, text, reason):
    path = run.write("tests/some.test.mjs", text)
    result = run_tests.NodeJob("some_addon", (path,)).run(run)
    assert result.passed == 0
    [failure] = result.failures
    assert failure.startswith(f"FAIL: {path}\n")
    assert reason in failure


def test_a_node_that_cannot_run_fails(run, monkeypatch):
    monkeypatch.setenv("NODE_OPTIONS", "--no-such-option")
    path = run.write("tests/some.test.mjs", TESTS)
    result = run_tests.NodeJob("some_addon", (path,)).run(run)
    [failure] = result.failures
    assert failure.startswith("node ended with status 9")
