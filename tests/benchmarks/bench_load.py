"""Forty sessions on one process, their answers and its memory: ``python -m tests.benchmarks.bench_load``.

Each session is a web socket that speaks to the server as a browser does, opens the flow map, and then chooses
another origin CHANGES times: once all sessions at the same instant, then each at moments of its own within PAUSE
seconds, as people do. An answer has come when the heading names the origin and the run has ended.
"""

from __future__ import annotations

import asyncio
import random
import re
import statistics
import tempfile
import time
from pathlib import Path

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Common_pb2 import DoubleArray, StringArray
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

from geo.ledger.dataset import Dataset
from pipeline.building.run import build
from tests.e2e import serving

SESSIONS = 40
CHANGES = 3  # of each session, with pauses; one more comes for all at once
PAUSE = 8.0
LIMIT = 60.0  # seconds after which an answer is given up
SECONDS, MEGABYTES = 2.0, 2048  # budgets

#: What a browser says of a widget that nobody has touched. What is wrong in it would count as a choice, too.
KINDS = {
    "checkbox": lambda w: {"bool_value": w.default},
    "slider": lambda w: {"double_array_value": DoubleArray(data=w.default)},
    "multiselect": lambda w: {"string_array_value": StringArray(data=[w.options[i] for i in w.default])},
    "button_group": lambda w: {
        "string_array_value": StringArray(
            data=w.raw_values if w.set_value else [w.options[i].content for i in w.default]
        )
    },
}


class Session:
    """One reader of the flow map."""

    def __init__(self, socket: ClientConnection):
        self.socket = socket
        self.states: dict[
            str, WidgetState
        ] = {}  # of the panel's widgets, as a browser sends them all each time
        self.box = ""

    async def ask(self, origin: str = "") -> float:
        """Choose an origin, or only open the screen, and give the seconds until it has been answered."""
        message = BackMsg()
        if origin:
            self.states[self.box] = WidgetState(id=self.box, string_array_value=StringArray(data=[origin]))
        message.rerun_script.widget_states.widgets.extend(self.states.values())
        start = time.perf_counter()
        await self.socket.send(message.SerializeToString())
        await asyncio.wait_for(self._answer(origin or "23区"), LIMIT)
        return time.perf_counter() - start

    async def _answer(self, name: str) -> None:
        headed = False
        while True:
            message = ForwardMsg()
            message.ParseFromString(await self.socket.recv())
            element = message.delta.new_element
            self._keep(element)
            if element.WhichOneof("type") == "html":
                headed |= bool(re.search(rf'class="k-h1">{name}', element.html.body))
            if message.WhichOneof("type") == "script_finished" and headed:
                return

    def _keep(self, element: Element) -> None:
        kind = element.WhichOneof("type")
        widget = getattr(element, kind) if kind in KINDS else None
        if not widget or widget.id in self.states:
            return
        self.states[widget.id] = WidgetState(id=widget.id, **KINDS[kind](widget))
        if widget.label == "区":
            self.box = widget.id


async def visits(address: str, origins: list[str]) -> dict[str, list[float]]:
    """Seconds of every answer, by kind of visit."""
    chance = random.Random(1)
    sockets = [
        await connect(
            f"{address.replace('http', 'ws')}/_stcore/stream", subprotocols=["streamlit"], max_size=None
        )
        for _ in range(SESSIONS)
    ]
    sessions = [Session(socket) for socket in sockets]

    async def apart(nth: int, session: Session) -> list[float]:
        taken = []
        for change in range(1, CHANGES + 1):
            await asyncio.sleep(chance.uniform(0, PAUSE))
            taken.append(await session.ask(origins[(nth + 7 * change) % len(origins)]))
        return taken

    found = {"open, one after the other": [await session.ask() for session in sessions]}
    at_once = (session.ask(origins[nth % len(origins)]) for nth, session in enumerate(sessions))
    found["change, all at the same instant"] = await asyncio.gather(*at_once)
    answers = await asyncio.gather(*(apart(nth, session) for nth, session in enumerate(sessions)))
    found[f"change, within {PAUSE:.0f} s each"] = [seconds for taken in answers for seconds in taken]
    for socket in sockets:
        await socket.close()
    return found


def memory(address: str) -> float:
    """Most megabytes the server at an address has held, by Linux; nan elsewhere."""
    port = address.rsplit(":", 1)[1]
    for command in Path("/proc").glob("[0-9]*/cmdline"):
        if command.read_bytes().endswith(f"\0{port}\0".encode()):
            status = (command.parent / "status").read_text()
            return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024
    return float("nan")


def main() -> None:
    """Measure and print beside the budgets."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "build"
        build(serving.ROOT / "data" / "sources", data)
        origins = list(Dataset.load(data).origins.name)
        with serving.app({"KORYU_DATA": str(data)}) as address:
            for kind, seconds in asyncio.run(visits(address, origins)).items():
                budget = f"budget ≤ {SECONDS:.0f}" if kind.startswith("change") else ""
                middle = statistics.median(seconds)
                print(f"{kind:34} median {middle:5.2f}  max {max(seconds):5.2f} s  {budget}")
            print(
                f"{f'memory of {SESSIONS} sessions':34} most {memory(address):7.0f} MB  budget ≤ {MEGABYTES}"
            )


if __name__ == "__main__":
    main()
