-- wrk: the submission of an export, always the same bytes.
wrk.method = "POST"
wrk.body = '{"assetsToExport":["*"]}'
wrk.headers["Content-Type"] = "application/json"
