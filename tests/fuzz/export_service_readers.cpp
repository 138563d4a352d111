// The example service: files of its state folder, and requests of its clients.

#include "examples/service/export_record.hpp"
#include "examples/service/http.hpp"
#include "examples/service/order.hpp"

#include "fuzz/promise.hpp"
#include "fuzz/targets.hpp"

#include <langexport/detail/base/text.hpp>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <cstddef>
#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>

namespace langexport_tests::fuzz {

namespace {

std::string_view take_line(std::string_view& text) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return line;
}

void check_path(std::string_view path) {
    const auto wanted = service::export_path_of(path);
    if (!wanted)
        return promise(!path.starts_with("/exports/"), "a path of an export is one");
    promise(wanted->id.find('/') == std::string::npos, "an id has no slash", wanted->id);
    const std::string again = "/exports/" + wanted->id + "/" + wanted->part;
    promise(path == again || std::string(path) + "/" == again, "a path has two parts", again);
}

void check_host(std::string_view host, std::string_view origin) {
    const service::listening_address local("127.0.0.1", 8080), any("0.0.0.0", 8080);
    promise(local.is_host(host) == (host == "127.0.0.1:8080"), "a host is compared");
    if (!any.is_host(host))
        return;
    promise(host.ends_with(":8080"), "a host has the port", std::string(host));
    promise(host.find_first_not_of("0123456789abcdefABCDEF.:[]") == std::string::npos,
            "a host is an address", std::string(host));
    promise(!any.is_origin(origin, host) || origin.substr(origin.size() - host.size()) == host,
            "an origin has the host", std::string(origin));
}

void check_order(const std::string& body) {
    try {
        const service::export_record order = service::read_order(body);
        promise(!order.project.empty() && order.tag.size() <= 256, "an order is complete");
        const boost::json::object again{{"project", order.project},
                                        {"surface", langexport::to_string(order.surface)},
                                        {"tag", order.tag}};
        const service::export_record same = service::read_order(boost::json::serialize(again));
        promise(same.project == order.project && same.surface == order.surface &&
                    same.tag == order.tag,
                "an order is read the same again");
    } catch (const std::invalid_argument& error) {
        promise(std::string_view(error.what()).size() > 0, "a rejection has a reason");
        promise(langexport::detail::find_invalid_utf8(error.what()) == std::string_view::npos,
                "a reason is UTF-8");
    }
}

} // namespace

void read_record(std::string_view text) {
    service::export_record record;
    try {
        record = service::read_record(text);
    } catch (const std::exception& error) {
        return promise(std::string_view(error.what()).size() > 0, "a rejection has a reason");
    }
    const std::string written = service::file_text_of(record);
    promise(service::file_text_of(service::read_record(written)) == written,
            "a record is written the same again", written);
}

// Lines: path, Content-Type, Host, Origin. The body is the rest.
void read_order(std::string_view text) {
    check_path(take_line(text));
    const std::string type = service::media_type_of(take_line(text));
    promise(type.find(';') == std::string::npos && !type.ends_with(' ') &&
                type == langexport::detail::to_lower(type),
            "a media type has no parameters", type);
    const std::string_view host = take_line(text);
    check_host(host, take_line(text));
    check_order(std::string(text));
}

} // namespace langexport_tests::fuzz
