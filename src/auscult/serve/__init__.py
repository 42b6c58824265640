"""The REST service: sounds come over HTTP, go through the same verb, and nothing is kept.

::

    client ─ watch ─ door ─ route ─ pool ═ worker process ═ verbs.answer → core
             log,    token, one     bounded, replaced when
             count   limits call    too slow, too big or dead

Every sound is opened in a process of its own kind (:mod:`auscult.serve.worker`): a file that takes
for ever, fills the memory or crashes a decoder costs its own request, and nothing else.

settings    what can be set, checked once
running     socket, temporary folder, signals: what ``auscult serve`` calls
app         the parts put together
service     what the routes share
door        who comes in: token, declared and real size, how many at once, how slowly
watch       one log line and one count a request; logs, metrics
hearing     ``POST /v1/classify`` and ``/v1/segment``
streaming   ``WS /v1/stream``
streams     the live streams that are open
reference   ``GET /v1/reference``: synthetic sounds to learn by
browser     the page at ``/``, static files in ``page/``
about       ``GET /v1/models``, ``/healthz``, ``/metrics``
names       what a client calls its file, fit to be shown
answers     what is answered, as a schema with examples
problems    error class → status, in one table
pool        the worker processes, from this side
worker      the worker process itself; imports no FastAPI
"""
