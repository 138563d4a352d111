#include "peers/http_session.hpp"

#include <curl/curl.h>

#include <cstring>
#include <stdexcept>
#include <string_view>

#include <strings.h>

namespace langexport_benchmarks {

namespace {

std::size_t take_body(char* data, std::size_t size, std::size_t count, void* into) {
    static_cast<http_session::response*>(into)->body.append(data, size * count);
    return size * count;
}

std::size_t take_header(char* data, std::size_t size, std::size_t count, void* into) {
    auto& response = *static_cast<http_session::response*>(into);
    std::string_view line(data, size * count);
    const auto keep = [&](const char* name, std::string& value) {
        const std::size_t length = std::strlen(name);
        if (line.size() <= length || strncasecmp(line.data(), name, length) != 0)
            return;
        const std::size_t begin = line.find_first_not_of(' ', length);
        value = line.substr(begin, line.find_first_of("\r\n", begin) - begin);
    };
    keep("operation-location:", response.operation_location);
    keep("retry-after:", response.retry_after);
    keep("retry-after-ms:", response.retry_after_ms);
    return size * count;
}

} // namespace

http_session::http_session(const options& given) : handle_(curl_easy_init()) {
    if (!handle_)
        throw std::runtime_error("libcurl cannot be started");
    const std::string key = given.text("key", "e58b081006f7e3dfc967a64cb14028d5");
    headers_ = curl_slist_append(nullptr, ("Ocp-Apim-Subscription-Key: " + key).c_str());
    submission_headers_ = curl_slist_append(nullptr, ("Ocp-Apim-Subscription-Key: " + key).c_str());
    curl_slist_append(submission_headers_, "Content-Type: application/json");
    curl_easy_setopt(handle_, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle_, CURLOPT_TIMEOUT, 60L);
    curl_easy_setopt(handle_, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(handle_, CURLOPT_HEADERFUNCTION, take_header);
    if (given.has("ca"))
        curl_easy_setopt(handle_, CURLOPT_CAINFO, given.text("ca").c_str());
}

http_session::~http_session() {
    curl_easy_cleanup(handle_);
    curl_slist_free_all(headers_);
    curl_slist_free_all(submission_headers_);
}

http_session::response http_session::submit(const std::string& endpoint,
                                            const std::string& project) {
    curl_easy_setopt(handle_, CURLOPT_HTTPHEADER, submission_headers_);
    curl_easy_setopt(handle_, CURLOPT_POSTFIELDS, "{\"assetsToExport\":[\"*\"]}");
    return perform(endpoint + "/language/authoring/analyze-text/projects/" + project +
                   "/:export?stringIndexType=Utf16CodeUnit&api-version=2023-04-01");
}

http_session::response http_session::get(const std::string& url) {
    curl_easy_setopt(handle_, CURLOPT_HTTPHEADER, headers_);
    curl_easy_setopt(handle_, CURLOPT_HTTPGET, 1L);
    return perform(url);
}

http_session::response http_session::perform(const std::string& url) {
    response result;
    curl_easy_setopt(handle_, CURLOPT_URL, url.c_str());
    curl_easy_setopt(handle_, CURLOPT_WRITEDATA, &result);
    curl_easy_setopt(handle_, CURLOPT_HEADERDATA, &result);
    const CURLcode code = curl_easy_perform(handle_);
    if (code != CURLE_OK)
        throw std::runtime_error(curl_easy_strerror(code));
    curl_easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &result.status);
    return result;
}

} // namespace langexport_benchmarks
