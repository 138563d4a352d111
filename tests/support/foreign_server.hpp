#ifndef LANGEXPORT_TESTS_SUPPORT_FOREIGN_SERVER_HPP
#define LANGEXPORT_TESTS_SUPPORT_FOREIGN_SERVER_HPP

#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include <sys/types.h>

namespace langexport_tests {

/// A server from the system's packages, with a folder and a port of its own, as long as the object lives.
class foreign_server {
public:
    /// The first of these programs that is on this machine; empty if none is.
    static std::string find(std::initializer_list<const char*> paths);

    /// @param name  Becomes a part of the folder's name.
    explicit foreign_server(const std::string& name);
    ~foreign_server();
    foreign_server(const foreign_server&) = delete;
    foreign_server& operator=(const foreign_server&) = delete;

    /// Writes a file below its folder.
    void write(const std::string& name, const std::string& text);
    std::string path(const std::string& name) const { return folder_ + "/" + name; }
    /// What is in a file below its folder; empty if there is none.
    std::string read(const std::string& name) const;
    std::uint16_t port() const noexcept { return port_; }

    /// Starts it in its folder, and waits until it listens at its port.
    /// @param ready  What it then writes to its log, if it listens before it serves requests; waits for this as well.
    /// @throws std::runtime_error, with the contents of this log.
    void start(const std::vector<std::string>& arguments, const std::string& log_name,
               const std::string& ready = {});
    /// Ends it.
    void stop();

private:
    std::string folder_;
    std::uint16_t port_ = 0;
    pid_t child_ = -1;
};

} // namespace langexport_tests

#endif
