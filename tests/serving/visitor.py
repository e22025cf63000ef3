"""Somebody at the screens without a browser: what Streamlit's page sends and is sent, over the same websocket."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

from tests.e2e.serving import BROKEN

#: Seconds until a screen has to be drawn, also where the machine is busy and tables are made anew.
PATIENCE = 300

#: Controls that are set, all of which send their value as a text.
_SET = ("selectbox", "radio", "text_input")


def connection(address: str, cookie: str) -> websockets.connect:
    """To the screens, as a browser makes it."""
    parts = urlsplit(address)
    return websockets.connect(
        f"ws://{parts.netloc}{parts.path}/_stcore/stream",
        origin=f"http://{parts.netloc}",
        additional_headers={"Cookie": cookie},
        subprotocols=["streamlit"],
        max_size=None,
    )


@dataclass
class Visitor:
    """One connection: what was drawn last (``drawn``, as bytes), and the controls on it by kind and label."""

    line: websockets.ClientConnection
    page: str = ""
    query: str = ""
    drawn: bytes = b""
    controls: dict[tuple[str, str], Any] = field(default_factory=dict)
    states: dict[str, WidgetState] = field(default_factory=dict)

    async def draw(self) -> None:
        """Have the screen drawn as it is set, and wait until it is; no error page."""
        ask = BackMsg()
        ask.rerun_script.page_name = self.page
        ask.rerun_script.query_string = self.query
        ask.rerun_script.widget_states.widgets.extend(self.states.values())
        await self.line.send(ask.SerializeToString())
        self.drawn, self.controls = b"", {}
        begun = False
        while True:
            message = await asyncio.wait_for(self.line.recv(), PATIENCE)
            self.drawn += message
            said = ForwardMsg.FromString(message)
            kind = said.WhichOneof("type")
            if kind == "delta":
                self._see(said.delta.new_element)
            if kind == "page_info_changed":  # what the address bar says from now on
                self.query = said.page_info_changed.query_string
            # The end of a run before this one may still be on its way.
            begun = begun or kind == "new_session"
            # A run that another follows of itself ends as "early".
            if (
                begun
                and kind == "script_finished"
                and said.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY
            ):
                assert BROKEN.encode() not in self.drawn
                return

    def _see(self, element: Any) -> None:
        kind = element.WhichOneof("type")
        if kind in (*_SET, "button"):
            control = getattr(element, kind)
            self.controls[kind, control.label] = control

    def shows(self, text: str) -> bool:
        """Whether a text stands on the screen."""
        return text.encode() in self.drawn

    async def choose(self, kind: str, label: str, value: str) -> None:
        """Set a control as a person does, and have the screen drawn."""
        state = WidgetState(id=self.controls[kind, label].id, string_value=value)
        self.states[state.id] = state
        await self.draw()

    async def press(self, label: str) -> None:
        """Press a button, and have the screen drawn."""
        state = WidgetState(id=self.controls["button", label].id, trigger_value=True)
        self.states[state.id] = state
        try:
            await self.draw()
        finally:
            del self.states[state.id]
