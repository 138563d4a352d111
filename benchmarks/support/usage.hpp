#ifndef LANGEXPORT_BENCHMARKS_SUPPORT_USAGE_HPP
#define LANGEXPORT_BENCHMARKS_SUPPORT_USAGE_HPP

#include <boost/json/object.hpp>

#include <cstdint>

namespace langexport_benchmarks {

/// The resources that a process or thread had used at a moment; the difference of two is the usage
/// between them.
class usage {
public:
    static usage of_process();
    static usage of_thread();

    usage operator-(const usage& earlier) const;

    double seconds = 0;         ///< Time that passed.
    double cpu = 0;             ///< Seconds of processor time, user and system.
    double user = 0;            ///< … of it in user mode.
    std::uint64_t wake_ups = 0; ///< How often it released the processor to wait for something.
};

/// Bytes that malloc has handed out and not got back.
std::uint64_t allocated_bytes();
/// Bytes of memory that the process occupies.
std::uint64_t resident_bytes();
/// The most that it ever occupied.
std::uint64_t peak_resident_bytes();

/// `{"seconds": …, "cpu": …, "user": …, "wake_ups": …}`
boost::json::object to_json(const usage& measured);
/// Prints one line on standard output, which the harness reads.
void print_result(const boost::json::object& result);

} // namespace langexport_benchmarks

#endif
