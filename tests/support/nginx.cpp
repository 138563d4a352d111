#include "support/nginx.hpp"

#include <sstream>

namespace langexport_tests {

namespace {

std::string program() {
    return foreign_server::find({"/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/sbin/nginx"});
}

} // namespace

bool nginx::is_installed() {
    return !program().empty();
}

void nginx::start(std::string server) {
    for (auto at = server.find("$PORT"); at != std::string::npos; at = server.find("$PORT"))
        server.replace(at, 5, std::to_string(port()));
    write("nginx.conf", "daemon off;\nmaster_process off;\npid nginx.pid;\n"
                        "error_log error.log;\nevents {}\nhttp {\n"
                        "client_body_temp_path t1;\nproxy_temp_path t2;\nfastcgi_temp_path t3;\n"
                        "uwsgi_temp_path t4;\nscgi_temp_path t5;\n"
                        "types { application/json json; }\n"
                        "log_format short '$connection $request_method $request_uri $status "
                        "$http_accept_encoding';\n"
                        "access_log access.log short;\n" +
                            server + "}\n");
    foreign_server::start(
        {program(), "-p", path(""), "-c", path("nginx.conf"), "-e", path("error.log")},
        "error.log");
}

std::vector<std::string> nginx::log() const {
    std::vector<std::string> lines;
    std::istringstream text(read("access.log"));
    for (std::string line; std::getline(text, line);)
        lines.push_back(line);
    return lines;
}

} // namespace langexport_tests
