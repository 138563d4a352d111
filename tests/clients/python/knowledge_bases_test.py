"""azure.ai.language.questionanswering.authoring, which requests 2021-10-01, against the emulator.

Where it differs from langexport, a comment says how; both run, here or in the test that it names."""

import io
import unittest
import zipfile

from azure.ai.language.questionanswering.authoring import AuthoringClient
from azure.core.exceptions import (
    ClientAuthenticationError,
    DecodeError,
    HttpResponseError,
    ResourceNotFoundError,
)

from service import Service, Watch, counts_bytes, fetch, make_client

SURFACE = "query-knowledgebases"
VERSION = ("--api-version", "2021-10-01")
BASES = ("--kind", "QuestionAnswering")


def client_of(service, watch, **options):
    return make_client(AuthoringClient, service, watch, **options)


class KnowledgeBases(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.service = cls.enterClassContext(
            Service(
                *("--job-duration", "0s", "--page-size", "1", *BASES),
                *("--project", "Faq", "--project", "Other", "--zip-tables", "--project", "Zipped"),
                *("--end", "failed", "--job-error", "InvalidRequest=No source.", "--project", "Failed"),
            )
        )

    def setUp(self):
        self.watch = Watch()
        self.client = client_of(self.service, self.watch)

    def test_it_uses_the_path_without_authoring(self):
        self.client.begin_export("Faq").result()
        self.assertEqual(
            self.watch.requests[0].url,
            f"{self.service.endpoint}/language/query-knowledgebases/projects/Faq/:export"
            "?api-version=2021-10-01&format=json",
        )
        self.assertFalse(self.watch.requests[0].content)
        for request in self.watch.requests[1:]:
            self.assertIn("/language/query-knowledgebases/projects/Faq/export/jobs/", request.url)

    def test_all_knowledge_bases_are_listed_page_by_page(self):
        pages = [[p["projectName"] for p in page] for page in self.client.list_projects().by_page()]
        self.assertEqual(pages, [["Failed"], ["Faq"], ["Other"], ["Zipped"]])

    def test_one_knowledge_base_is_described(self):
        self.assertEqual(self.client.get_project_details("Faq")["projectName"], "Faq")

    def test_all_forms_of_all_kinds_of_assets_are_exported(self):
        for kind in (None, "qnas", "synonyms"):
            with self.subTest(kind):
                document = fetch(self.client, self.export("json", kind)).json()
                self.assertEqual(document["metadata"]["projectName"], "Faq")
                self.assertEqual(document["assets"].get("qnas") is not None, kind != "synonyms")
                self.assertEqual(document["assets"].get("synonyms") is not None, kind != "qnas")
                first = b"Word\tSynonym" if kind == "synonyms" else b"Question\tAnswer"
                self.assertTrue(fetch(self.client, self.export("tsv", kind)).content.startswith(first))
                book = self.read(self.export("excel", kind))
                self.assertIn("xl/workbook.xml", zipfile.ZipFile(io.BytesIO(book)).namelist())

    def test_a_result_that_is_no_text_must_be_read_as_a_stream(self):
        # Otherwise the client parses an Excel file as XML, because its media type contains `xml`,
        # and rejects the type of an archive. langexport stores the bytes, and names the file after
        # its content.
        for project, form, file in (("Faq", "excel", "Faq.xlsx"), ("Zipped", "tsv", "Zipped.zip")):
            with self.subTest(project):
                status = self.client.begin_export(project, file_format=form).result()
                with self.assertRaises(DecodeError):
                    fetch(self.client, status)
                self.assertTrue(zipfile.is_zipfile(io.BytesIO(self.read(status))))

                code, messages, files = self.service.export_by_us(
                    SURFACE, project, *VERSION, "--format", form
                )
                self.assertEqual(code, 0, messages)
                self.assertEqual(list(files), [file])
                self.assertTrue(zipfile.is_zipfile(io.BytesIO(files[file])))

    def test_errors_have_their_codes(self):
        with self.assertRaises(ResourceNotFoundError) as caught:
            self.client.begin_export("Nobody")
        self.assertEqual(caught.exception.error.code, "ProjectNotFound")
        with self.assertRaises(ClientAuthenticationError) as caught:
            client_of(self.service, self.watch, key="wrong").get_project_details("Faq")
        self.assertEqual(caught.exception.error.code, "401")
        with self.assertRaises(HttpResponseError) as caught:
            self.client.begin_export("Faq", file_format="pdf")
        self.assertEqual(caught.exception.error.target, "format")
        # At a version that has `authoring` in its path, this client's path does not exist.
        with self.assertRaises(ResourceNotFoundError):
            client_of(self.service, self.watch, api_version="2023-04-01").get_project_details("Faq")

    def test_a_failed_job_is_an_error_without_the_reason(self):
        with self.assertRaises(HttpResponseError) as caught:
            self.client.begin_export("Failed").result()
        self.assertIsNone(caught.exception.error)
        code, messages, _ = self.service.export_by_us(SURFACE, "Failed", *VERSION)
        self.assertEqual(code, 1)
        self.assertIn('InvalidRequest: "No source."', messages)

    def export(self, form, kind):
        return self.client.begin_export("Faq", file_format=form, asset_kind=kind).result()

    def read(self, status):
        with fetch(self.client, status, stream=True) as response:
            return response.read()


class Waiting(unittest.TestCase):
    def test_it_polls_as_seldom_as_the_service_asks(self):
        # Knowledge bases request five seconds: Retry-After wins over the interval of the client.
        watch = Watch()
        with Service("--job-duration", "300ms", *BASES, "--project", "Faq") as service:
            client_of(service, watch, polling_interval=60).begin_export("Faq").result()
        self.assertEqual(set(watch.waits), {5})


class CutResults(unittest.TestCase):
    def test_a_result_that_is_cut_is_downloaded_again_or_taken_for_whole(self):
        # The connection closes after 100 bytes, fewer than Content-Length says. With Debian 12's
        # packages the client reports no error, with Debian 13's it repeats the request. langexport
        # counts the bytes and downloads the result again.
        fault = ("--fault", "result:1:cut=100", "--job-duration", "0s", *BASES, "--project", "Faq")
        with Service(*fault) as service:
            client = client_of(service, Watch())
            status = client.begin_export("Faq", file_format="tsv").result()
            first = fetch(client, status).content
            whole = fetch(client, status).content
        self.assertGreater(len(whole), 100)
        self.assertEqual(first, whole if counts_bytes else whole[:100])

        with Service(*fault) as service:
            code, messages, files = service.export_by_us(SURFACE, "Faq", *VERSION, "--format", "tsv")
        self.assertEqual(code, 0, messages)
        self.assertGreater(len(files["Faq.tsv"]), 100)


class Imports(unittest.TestCase):
    def test_a_knowledge_base_that_langexport_exported_is_imported_and_exported_again(self):
        options = (*VERSION, "--format", "json")
        with Service("--job-duration", "0s", *BASES, "--project", "Faq") as service:
            code, messages, files = service.export_by_us(SURFACE, "Faq", *options)
        self.assertEqual(code, 0, messages)
        ((name, document),) = files.items()
        with Service("--job-duration", "0s", *BASES, "--empty") as service:
            client = client_of(service, Watch())
            client.begin_import_assets("Faq", io.BytesIO(document)).result()
            self.assertEqual([p["projectName"] for p in client.list_projects()], ["Faq"])
            code, messages, files = service.export_by_us(SURFACE, "Faq", *options)
        self.assertEqual(code, 0, messages)
        self.assertEqual(files, {name: document})

    def test_files_that_this_client_exported_are_restored(self):
        forms = {"Faq.json": "json", "Other.tsv": "tsv"}
        names = ("--project", "Faq", "--project", "Other")
        with Service("--job-duration", "0s", *BASES, *names) as service:
            files = {name: self.export(service, name, form) for name, form in forms.items()}
        with Service("--job-duration", "0s", *BASES, "--empty") as service:
            code, messages = service.restore_by_us(files)
            self.assertEqual(code, 0, messages)
            for name, form in forms.items():
                self.assertEqual(self.export(service, name, form), files[name])

    def export(self, service, name, form):
        client = client_of(service, Watch())
        job = client.begin_export(name.split(".")[0], file_format=form)
        return fetch(client, job.result()).content
