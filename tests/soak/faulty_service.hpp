#ifndef LANGEXPORT_TESTS_SOAK_FAULTY_SERVICE_HPP
#define LANGEXPORT_TESTS_SOAK_FAULTY_SERVICE_HPP

#include <cstdint>
#include <string>

namespace langexport_tests {

/// The emulator in a process of its own, so that its memory is not the client's. About one request in ten
/// meets a fault. It ends with the process that started it.
class faulty_service {
public:
    static constexpr unsigned projects = 100; ///< They are named by `name_of`.

    /// What the service counted.
    struct counters {
        std::uint64_t requests = 0;
        std::uint64_t submissions = 0;
        std::uint64_t jobs = 0;
        std::uint64_t faults = 0; ///< Requests that met one.
    };

    /// Starts the process, by `fork`: nothing else may run in this one yet.
    ///
    /// @param tls  Whether it speaks TLS.
    explicit faulty_service(bool tls);
    faulty_service(const faulty_service&) = delete;
    faulty_service& operator=(const faulty_service&) = delete;
    ~faulty_service();

    static std::string name_of(std::uint64_t export_number) {
        return "Project " + std::to_string(export_number % projects);
    }
    /// How many documents the project has. Its result has up to about 300 KB.
    static std::uint64_t documents_of(std::uint64_t export_number) {
        const std::uint64_t project = export_number % projects;
        return 1 + project * project / 4;
    }

    const std::string& endpoint() const noexcept { return endpoint_; }
    const std::string& key() const noexcept { return key_; }
    /// The certificate to be trusted; empty without TLS.
    const std::string& certificate_file() const noexcept { return certificate_file_; }

    /// Stops it.
    counters stop();

private:
    std::string read_line();

    int process_ = 0;
    int to_service_ = -1;
    int from_service_ = -1;
    std::string endpoint_;
    std::string key_;
    std::string certificate_file_;
};

} // namespace langexport_tests

#endif
