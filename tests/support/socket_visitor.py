"""A visitor without a browser: what a page asks of the server, and how long its answer takes."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

FINISHED, FAILED = ForwardMsg.FINISHED_SUCCESSFULLY, 1


def run_apart(visits):
    """Run visits in a thread: browsers of other tests have a loop of their own in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, visits).result()


class SocketVisitor:
    """One session: run the page, press a button, choose a benchmark."""

    def __init__(self, socket):
        self._socket, self._page, self._buttons, self._benchmark, self._chosen = socket, "", {}, "", ()
        self.mistakes, self.told, self.session = [], "", ""

    @property
    def labels(self):
        """The buttons there were."""
        return {*self._buttons}

    async def open(self, page="", query=""):
        """Open a page, under an address with this query."""
        return await self._ask(page=page, query=query)

    async def press(self, label):
        return await self._ask(self._buttons[label])

    async def compare_with(self, benchmark):
        self._chosen = (benchmark,)
        return await self._ask()

    async def listen(self):
        """Wait until the page has been drawn again, unasked."""
        while not self._take(ForwardMsg.FromString(await self._socket.recv())):
            pass

    async def _ask(self, button=None, page="", query=""):
        message = BackMsg()
        message.rerun_script.page_script_hash = "" if page else self._page
        message.rerun_script.page_name, message.rerun_script.query_string = page, query
        widgets = message.rerun_script.widget_states.widgets
        if button:
            widgets.add(id=button, trigger_value=True)
        if self._chosen:
            widgets.add(id=self._benchmark).string_array_value.data.extend(self._chosen)
        started = time.perf_counter()
        await self._socket.send(message.SerializeToString())
        while not self._take(ForwardMsg.FromString(await self._socket.recv())):
            pass
        return time.perf_counter() - started

    def _take(self, message):
        """Look at one message; say whether it was the last."""
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self.session = message.new_session.initialize.session_id
        if kind == "navigation":
            self._page = message.navigation.page_script_hash
        if kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            self._look_at(message.delta.new_element)
        return kind == "script_finished" and message.script_finished == FINISHED

    def _look_at(self, element):
        kind = element.WhichOneof("type")
        if kind == "button":
            self._buttons[element.button.label] = element.button.id
        elif kind == "button_group":
            self._benchmark = element.button_group.id
        elif kind == "markdown" and "markets** " in element.markdown.body:
            self.told = element.markdown.body
        elif kind == "exception":
            self.mistakes.append(element.exception.message)
        elif kind == "alert" and element.alert.format == FAILED:
            self.mistakes.append(element.alert.body)
