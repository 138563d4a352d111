"""azure.ai.language.conversations.authoring, as the system packages it, against the emulator.

Where it differs from langexport, a comment says how; both run, here or in the test that it names."""

import io
import json
import unittest

from azure.ai.language.conversations.authoring import ConversationAuthoringClient
from azure.core.credentials import AzureKeyCredential
from azure.core.exceptions import (
    ClientAuthenticationError,
    HttpResponseError,
    ResourceNotFoundError,
    ServiceRequestError,
    ServiceResponseError,
)

from service import EnoughPolls, Service, Watch, fetch, make_client

SURFACE = "analyze-conversations"
PROJECTS = "/language/authoring/analyze-conversations/projects"
TALKS = ("--job-duration", "0s", "--kind", "Conversation")
RUNNING = ("--job-duration", "1h", "--kind", "Conversation")
UNITS = {"string_index_type": "Utf16CodeUnit"}


def client_of(service, watch, **options):
    options.setdefault("api_version", "2023-04-01")
    return make_client(ConversationAuthoringClient, service, watch, **options)


class GoodService(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        names = ("--project", "A", "--project", "B", "--project", "C", "--project", "D")
        cls.service = cls.enterClassContext(Service(*TALKS, "--page-size", "2", *names))

    def setUp(self):
        self.watch = Watch()
        self.client = client_of(self.service, self.watch)

    def test_all_projects_are_listed_page_by_page(self):
        pages = [[p["projectName"] for p in page] for page in self.client.list_projects().by_page()]
        self.assertEqual(pages, [["A", "B"], ["C", "D"]])
        self.assertEqual(self.watch.methods(), ["GET", "GET"])

    def test_a_part_of_the_list_can_be_chosen(self):
        names = [p["projectName"] for p in self.client.list_projects(skip=1, top=2)]
        self.assertEqual(names, ["B", "C"])

    def test_one_project_is_described(self):
        project = self.client.get_project("B")
        self.assertEqual(project["projectName"], "B")
        self.assertEqual(project["projectKind"], "Conversation")
        self.assertIn("confidenceThreshold", project["settings"])

    def test_an_export_returns_the_status_of_its_job_and_no_document(self):
        # The result is the last status. A program that stores it has no backup: it must also fetch
        # the link, which expires. langexport returns the document.
        status = self.client.begin_export_project("A", **UNITS).result()
        self.assertEqual(status["status"], "succeeded")
        self.assertNotIn("assets", status)
        self.assertNotIn("metadata", status)
        document = fetch(self.client, status).json()
        self.assertEqual(document["projectFileVersion"], "2023-04-01")
        self.assertEqual(document["stringIndexType"], "Utf16CodeUnit")
        self.assertEqual(document["metadata"]["projectName"], "A")
        self.assertIn("utterances", document["assets"])

        code, messages, files = self.service.export_by_us(SURFACE, "A")
        self.assertEqual(code, 0, messages)
        self.assertIn(b'"utterances"', files["A.json"])

    def test_both_formats_are_exported(self):
        for form, member in (("Conversation", "assets"), ("Luis", "luis_schema_version")):
            with self.subTest(form):
                status = self.client.begin_export_project(
                    "A", exported_project_format=form, **UNITS
                ).result()
                self.assertIn(member, fetch(self.client, status).json())

    def test_a_submission_has_no_body_and_these_headers(self):
        # The documentation names a body, {"assetsToExport":["*"]}: it may be left out.
        self.client.begin_export_project("A", **UNITS).result()
        submission = self.watch.requests[0]
        self.assertEqual(submission.method, "POST")
        self.assertEqual(
            submission.url,
            f"{self.service.endpoint}{PROJECTS}/A/:export"
            "?stringIndexType=Utf16CodeUnit&api-version=2023-04-01",
        )
        self.assertFalse(submission.content)
        self.assertEqual(
            sorted(submission.headers),
            ["Accept", "Ocp-Apim-Subscription-Key", "User-Agent", "x-ms-client-request-id"],
        )
        self.assertNotIn("Accept", self.watch.requests[1].headers)

    def test_the_status_of_a_job_is_asked_for_by_its_id(self):
        status = self.client.begin_export_project("A", **UNITS).result()
        again = self.client.get_export_project_job_status("A", status["jobId"])
        self.assertEqual(again["jobId"], status["jobId"])
        with self.assertRaises(ResourceNotFoundError) as caught:
            self.client.get_export_project_job_status("A", "no-such-job")
        self.assertEqual(caught.exception.error.code, "OperationNotFound")

    def test_an_unknown_project_is_an_error_with_its_code(self):
        for ask in (
            lambda: self.client.get_project("Nobody"),
            lambda: self.client.begin_export_project("Nobody", **UNITS),
            lambda: self.client.begin_export_project("a", **UNITS),  # case counts
        ):
            with self.assertRaises(ResourceNotFoundError) as caught:
                ask()
            self.assertEqual(caught.exception.error.code, "ProjectNotFound")

    def test_a_wrong_key_is_an_error_of_authentication(self):
        client = client_of(self.service, self.watch, key="wrong")
        with self.assertRaises(ClientAuthenticationError) as caught:
            client.begin_export_project("A", **UNITS)
        self.assertEqual(caught.exception.error.code, "401")
        self.assertEqual(self.watch.methods(), ["POST"])

    def test_wrong_parameters_are_named(self):
        old = client_of(self.service, self.watch, api_version="2020-01-01")
        cases = (
            ("api-version", lambda: old.get_project("A")),
            ("api-version", lambda: list(old.list_projects())),
            ("stringIndexType", lambda: self.client.begin_export_project("A", string_index_type="x")),
            (
                "trainedModelLabel",
                lambda: self.client.begin_export_project("A", trained_model_label="x", **UNITS),
            ),
            (
                "format",
                lambda: self.client.begin_export_project("A", exported_project_format="x", **UNITS),
            ),
        )
        for target, ask in cases:
            with self.subTest(target), self.assertRaises(HttpResponseError) as caught:
                ask()
            self.assertEqual(caught.exception.status_code, 400)
            self.assertEqual(caught.exception.error.target, target)

    def test_the_service_must_prove_itself(self):
        client = ConversationAuthoringClient(
            self.service.endpoint, AzureKeyCredential("key"), retry_total=0
        )
        with self.assertRaisesRegex(ServiceRequestError, "CERTIFICATE_VERIFY_FAILED"):
            client.get_project("A")


class ItsOwnVersion(unittest.TestCase):
    def test_the_version_that_it_asks_for_by_default_works_where_it_exists(self):
        # The release in Debian 12 requests a preview that the service no longer lists: programs must
        # override it. langexport requests the newest stable version of the surface.
        watch = Watch()
        with Service(*TALKS, "--project", "A", "--lenient") as service:
            client = make_client(ConversationAuthoringClient, service, watch)
            status = client.begin_export_project("A", **UNITS).result()
            version = fetch(client, status).json()["projectFileVersion"]
            code, messages, files = service.export_by_us(SURFACE, "A")
        self.assertEqual(code, 0, messages)
        self.assertEqual(json.loads(files["A.json"])["projectFileVersion"], "2025-11-01")
        self.assertIn(f"api-version={version}", watch.requests[0].url)


class Imports(unittest.TestCase):
    def test_a_file_that_langexport_exported_is_imported_and_exported_again(self):
        for form, options in (("Conversation", ()), ("Luis", ("--format", "Luis"))):
            with self.subTest(form):
                with Service(*TALKS, "--project", "A") as service:
                    code, messages, files = service.export_by_us(SURFACE, "A", *options)
                self.assertEqual(code, 0, messages)
                ((name, document),) = files.items()
                with Service(*TALKS, "--empty") as service:
                    client = client_of(service, Watch())
                    client.begin_import_project(
                        "A", io.BytesIO(document), exported_project_format=form
                    ).result()
                    self.assertEqual([p["projectName"] for p in client.list_projects()], ["A"])
                    code, messages, files = service.export_by_us(SURFACE, "A", *options)
                self.assertEqual(code, 0, messages)
                self.assertEqual(files, {name: document})

    def test_a_file_that_this_client_exported_is_restored(self):
        for form in ("Conversation", "Luis"):
            with self.subTest(form):
                with Service(*TALKS, "--project", "A") as service:
                    document = self.export(service, form)
                with Service(*TALKS, "--empty") as service:
                    code, messages = service.restore_by_us({"A.json": document})
                    self.assertEqual(code, 0, messages)
                    names = [p["projectName"] for p in client_of(service, Watch()).list_projects()]
                    self.assertEqual(names, ["A"])
                    self.assertEqual(self.export(service, form), document)

    def export(self, service, form):
        client = client_of(service, Watch())
        job = client.begin_export_project("A", exported_project_format=form, **UNITS)
        return fetch(client, job.result()).content

    def test_an_import_replaces_a_project(self):
        with Service(*TALKS, "--project", "A") as service:
            client = client_of(service, Watch())
            document = fetch(client, client.begin_export_project("A", **UNITS).result()).json()
            document["metadata"]["description"] = "Replaced"
            client.begin_import_project("A", document).result()
            self.assertEqual(client.get_project("A")["description"], "Replaced")
            again = fetch(client, client.begin_export_project("A", **UNITS).result()).json()
        self.assertEqual(again, document)

    def test_a_document_without_an_index_type_is_rejected(self):
        with Service(*TALKS, "--empty") as service:
            client = client_of(service, Watch())
            kind = {"projectKind": "Conversation"}
            with self.assertRaises(HttpResponseError) as caught:
                client.begin_import_project("A", {"metadata": kind, "assets": kind})
        self.assertEqual(caught.exception.status_code, 400)
        self.assertEqual(caught.exception.error.target, "stringIndexType")


class Ends(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.service = cls.enterClassContext(
            Service(
                *TALKS,
                *("--end", "failed", "--job-error", "InvalidRequest=No documents.", "--project", "Failed"),
                *("--end", "cancelled", "--project", "Cancelled"),
                *("--end", "partiallyCompleted", "--job-warning", "Warning=Some are missing."),
                *("--project", "Partial"),
            )
        )

    def test_a_failed_job_is_an_error_without_the_reason(self):
        # The client reads `error`, but a job has a list, `errors`. Its message says that the status
        # OK is invalid. langexport reports the code and the message that the list has.
        with self.assertRaises(HttpResponseError) as caught:
            client_of(self.service, Watch()).begin_export_project("Failed", **UNITS).result()
        self.assertEqual(caught.exception.status_code, 200)
        self.assertIsNone(caught.exception.error)
        self.assertIn("invalid status 'OK'", caught.exception.message)

        code, messages, files = self.service.export_by_us(SURFACE, "Failed")
        self.assertEqual(code, 1)
        self.assertIn('InvalidRequest: "No documents."', messages)
        self.assertEqual(files, {})

    def test_a_cancelled_job_is_polled_for_ever(self):
        # It knows `canceled` with one l; the service writes two. langexport knows both.
        self.assert_never_ends("Cancelled", "cancelled")
        code, messages, _ = self.service.export_by_us(SURFACE, "Cancelled")
        self.assertEqual(code, 1)
        self.assertIn("was cancelled at the service", messages)
        with Service(*RUNNING, "--statuses", "canceled", "--project", "A") as service:
            code, messages, _ = service.export_by_us(SURFACE, "A")
        self.assertEqual(code, 1)
        self.assertIn("was cancelled at the service", messages)

    def test_a_partly_completed_job_is_polled_for_ever(self):
        # langexport ends there, and its caller decides whether a part is enough.
        self.assert_never_ends("Partial", "partiallyCompleted")
        code, messages, files = self.service.export_by_us(SURFACE, "Partial")
        self.assertEqual(code, 1)
        self.assertIn("only a part of the assets", messages)
        self.assertIn("Some are missing.", messages)
        self.assertEqual(files, {})
        code, messages, files = self.service.export_by_us(SURFACE, "Partial", "--accept-partial")
        self.assertEqual(code, 0, messages)
        self.assertIn(b'"utterances"', files["Partial.json"])

    def assert_never_ends(self, project, status):
        watch = Watch(most_polls=20)
        client = client_of(self.service, watch)
        with self.assertRaises(EnoughPolls):
            client.begin_export_project(project, **UNITS).result()
        self.assertEqual(watch.polls, 20 * [status])
        self.assertEqual(set(watch.waits), {5})


class Failures(unittest.TestCase):
    def run_with(self, *options, most_polls=1000):
        """One export: what it ended with, and what was seen."""
        watch = Watch(most_polls)
        ended = None
        with Service(*TALKS, "--project", "A", *options) as service:
            try:
                ended = client_of(service, watch).begin_export_project("A", **UNITS).result()["status"]
            except Exception as error:  # a value for the assertions
                ended = error
        return ended, watch, service

    def test_it_waits_as_long_as_a_throttled_service_asks(self):
        for fault in ("submission:1:429+7s", "status:1:429+7s", "status:1:503+7s"):
            with self.subTest(fault):
                ended, watch, service = self.run_with("--fault", fault)
                self.assertEqual(ended, "succeeded")
                self.assertEqual(watch.waits, [7])
                self.assertEqual(service.jobs, 1)

    def test_a_throttled_submission_without_a_time_is_an_error(self):
        # langexport waits by its own policy and submits again: 429 says that nothing began.
        fault = ("--fault", "submission:1:429")
        ended, watch, service = self.run_with(*fault)
        self.assertIsInstance(ended, HttpResponseError)
        self.assertEqual(ended.status_code, 429)
        self.assertEqual(watch.methods(), ["POST"])
        self.assertEqual(service.jobs, 0)
        with Service(*TALKS, "--project", "A", *fault) as service:
            code, messages, _ = service.export_by_us(SURFACE, "A")
        self.assertEqual(code, 0, messages)
        self.assertEqual(service.jobs, 1)

    def test_quotas_are_found_by_exceeding_them(self):
        # The client counts nothing. It sends until the service rejects a request, waits as long as
        # the service asks, and fails at the fourth rejection in a row. Other programs with the same
        # key can cause that. langexport counts its requests and keeps within the quota: see
        # tests/integration/quota_test.cpp.
        ended, watch, service = self.run_with(
            "--job-duration", "1h", "--quota-gets", "5", most_polls=100
        )
        self.assertIsInstance(ended, HttpResponseError)
        self.assertEqual(watch.statuses, [202, *5 * [200], *4 * [429]])
        self.assertEqual(service.jobs, 1)

    def test_a_submission_whose_response_is_lost_is_not_repeated(self):
        # The same as langexport: a second POST could start a second job. Both report a failure.
        ended, watch, service = self.run_with("--fault", "submission:1:lost")
        self.assertIsInstance(ended, ServiceResponseError)
        self.assertEqual(watch.methods(), ["POST"])
        self.assertEqual(service.jobs, 1)
        with Service(*TALKS, "--project", "A", "--fault", "submission:1:lost") as service:
            code, messages, _ = service.export_by_us(SURFACE, "A")
        self.assertEqual(code, 1)
        self.assertIn("A", messages)
        self.assertEqual(service.jobs, 1)

    def test_a_status_that_cannot_be_read_ends_the_export(self):
        # The error has no link to the job, which runs on. langexport polls again after a 404 right
        # after the submission. A response that is not a status ends its export, too, but the report
        # keeps the job.
        faults = (("status:1:404", 0), ("status:1:html", 1), ("status:1:half-json", 1))
        for fault, expected in faults:
            with self.subTest(fault):
                ended, watch, service = self.run_with("--fault", fault)
                self.assertIsInstance(ended, Exception)
                self.assertEqual(watch.methods(), ["POST", "GET"])
                with Service(*TALKS, "--project", "A", "--fault", fault) as service:
                    code, messages, _ = service.export_by_us(SURFACE, "A")
                self.assertEqual(code, expected, messages)
                self.assertEqual("keeps the job for --resume" in messages, expected == 1)
