"""The emulator program as the service of a test, and the programs for backups on the same service."""

import os
import re
import subprocess
import tempfile

import urllib3
from azure.core.credentials import AzureKeyCredential
from azure.core.pipeline.transport import RequestsTransport
from azure.core.rest import HttpRequest

KEY = "key"

# The clients use urllib3. Before release 2 it accepts a body that is shorter than Content-Length says.
counts_bytes = int(urllib3.__version__.split(".")[0]) >= 2


class Service:
    """The emulator over TLS. It ends with the `with` block and has its counters then."""

    def __init__(self, *options):
        self._folder = tempfile.TemporaryDirectory()
        self.certificate = os.path.join(self._folder.name, "certificate.pem")
        self._options = ["--tls", "--certificate-out", self.certificate, "--key", KEY, *options]
        self.endpoint = None
        self.jobs = None
        self.polls = None

    def __enter__(self):
        self._process = subprocess.Popen(
            [os.environ["LANGEXPORT_EMULATOR"], *self._options], stdout=subprocess.PIPE, text=True
        )
        for line in self._process.stdout:
            if line.startswith("listening on "):
                self.endpoint = line.split()[2]
            if line.startswith("# fetch"):
                return self
        raise RuntimeError(f"the emulator ended with {self._process.wait()}")

    def __exit__(self, *_):
        self._process.terminate()
        last = self._process.stdout.read()
        self._process.stdout.close()
        if self._process.wait() != 0:
            raise RuntimeError(f"the emulator ended with {self._process.returncode}")
        seen = re.search(r"(\d+) jobs, (\d+) polls", last)
        self.jobs, self.polls = int(seen[1]), int(seen[2])
        self._folder.cleanup()

    def export_by_us(self, surface, project, *options):
        """Exports the project with export_projects: exit status, messages, and the files by name."""
        with tempfile.TemporaryDirectory() as folder:
            ended = self._run(
                "LANGEXPORT_EXPORT_PROJECTS",
                *("--surface", surface, "--output-dir", folder, *options, project),
            )
            files = {}
            for name in os.listdir(folder):
                if not name.startswith(".") and name != "manifest.json":
                    with open(os.path.join(folder, name), "rb") as file:
                        files[name] = file.read()
            return ended.returncode, ended.stderr, files

    def restore_by_us(self, files, *options):
        """Restores files, by name, with restore_projects: exit status and messages."""
        with tempfile.TemporaryDirectory() as folder:
            for name, content in files.items():
                with open(os.path.join(folder, name), "wb") as file:
                    file.write(content)
            ended = self._run(
                "LANGEXPORT_RESTORE_PROJECTS", "--without-manifest", *options, folder
            )
            return ended.returncode, ended.stderr

    def _run(self, program, *options):
        return subprocess.run(
            [
                os.environ[program],
                *("--ca-file", self.certificate, "--poll-first", "10ms", "--poll-max", "20ms"),
                *options,
            ],
            env={**os.environ, "AZURE_LANGUAGE_ENDPOINT": self.endpoint, "AZURE_LANGUAGE_KEY": KEY},
            stderr=subprocess.PIPE,
            text=True,
            timeout=100,
        )


class EnoughPolls(Exception):
    """Ends a client that would poll forever."""


class Watch:
    """What one client sends, receives and waits for."""

    def __init__(self, most_polls=1000):
        self.requests = []
        self.statuses = []
        self.polls = []
        self.waits = []
        self._most_polls = most_polls

    def on_request(self, request):
        self.requests.append(request.http_request)

    def on_response(self, response):
        http = response.http_response
        self.statuses.append(http.status_code)
        if http.status_code == 200 and re.search(r"/export/jobs/[^/?]*\?", http.request.url):
            self.polls.append(http.json()["status"])
            if len(self.polls) >= self._most_polls:
                raise EnoughPolls(self.polls[-1])

    def methods(self):
        return [request.method for request in self.requests]


class Transport(RequestsTransport):
    """The client's own transport, except that it waits a moment where it should wait for a second."""

    def __init__(self, watch, certificate):
        super().__init__(connection_verify=certificate)
        self._watch = watch

    def sleep(self, duration):
        self._watch.waits.append(duration)
        super().sleep(min(duration / 100, 0.1))


def make_client(kind, service, watch, key=KEY, **options):
    return kind(
        service.endpoint,
        AzureKeyCredential(key),
        transport=Transport(watch, service.certificate),
        raw_request_hook=watch.on_request,
        raw_response_hook=watch.on_response,
        **options,
    )


def fetch(client, status, **options):
    """The document that the link of a succeeded job names: no method of the clients fetches it."""
    return client.send_request(HttpRequest("GET", status["resultUrl"]), **options)
