"""Sounds and folders that are dropped on the page."""

import base64
from pathlib import Path

import pytest

DROP = """({ name, data }) => {
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([bytes], name));
  for (const kind of ['dragover', 'drop']) {
    const event = new DragEvent(kind, { dataTransfer, bubbles: true, cancelable: true });
    document.querySelector('footer').dispatchEvent(event);
    if (!event.defaultPrevented) throw new Error(`${kind} was left to the browser`);
  }
}"""


def test_a_sound_dropped_anywhere_is_judged(open_page, sounds: Path) -> None:
    page = open_page("#about")
    data = base64.b64encode((sounds / "normal.wav").read_bytes()).decode()
    page.evaluate(DROP, {"name": "dropped.wav", "data": data})
    page.locator(".detail .verdict").wait_for()
    assert page.locator(".detail h2").inner_text() == "dropped.wav"
    assert page.locator("h1").inner_text() == "Listen to a heart"


FOLDER = """async () => {
  const { filesOf } = await import('/page/dropped.js');
  const file = (name) => ({ isFile: true, name, file: (tell) => tell(new File(['x'], name)) });
  const folder = (name, ...inside) => ({ isDirectory: true, name, createReader: () => {
    const parts = [inside.slice(0, 2), inside.slice(2), []];
    return { readEntries: (tell) => tell(parts.shift()) };
  } });
  const broken = { isDirectory: true, name: 'broken', createReader: () => (
    { readEntries: (tell, fail) => fail(new Error('gone')) }) };
  const drop = async (...entries) => {
    const items = entries.map((entry) => ({ webkitGetAsEntry: () => entry }));
    return (await filesOf({ items, files: [] })).map((it) => it.name);
  };
  return {
    deep: await drop(folder('ward', file('b.wav'), file('notes.txt'), file('.hidden.wav'),
      folder('a', file('c.FLAC'))), file('named.xyz')),
    empty: await drop(folder('ward', file('notes.txt'))),
    broken: await drop(broken).catch((error) => error.message),
  };
}"""


def test_a_dropped_folder_stands_for_the_sounds_in_it(open_page) -> None:
    told = open_page().evaluate(FOLDER)
    assert told["deep"] == ["c.FLAC", "b.wav", "named.xyz"]
    assert told["empty"] == []
    assert told["broken"] == "gone"


@pytest.mark.parametrize("view", ["", "#quiz"])
def test_a_drop_without_sounds_says_so(open_page, view: str) -> None:
    page = open_page(view)
    drop = """() => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(['x'], 'x'));
      Object.defineProperty(DataTransferItem.prototype, 'webkitGetAsEntry', { value: () => (
        { isDirectory: true, createReader: () => ({ readEntries: (tell) => tell([]) }) }) });
      document.dispatchEvent(new DragEvent('drop', { dataTransfer, cancelable: true }));
    }"""
    page.evaluate(drop)
    page.get_by_role("alert").filter(has_text="No sound files were found").wait_for()
