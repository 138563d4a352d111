#include "support/usage.hpp"

#include <boost/json/serialize.hpp>

#include <chrono>
#include <fstream>
#include <iostream>

#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

namespace langexport_benchmarks {

namespace {

double to_seconds(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
}

usage read_usage(int scope) {
    rusage used{};
    getrusage(scope, &used);
    usage result;
    result.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
    result.user = to_seconds(used.ru_utime);
    result.cpu = result.user + to_seconds(used.ru_stime);
    result.wake_ups = static_cast<std::uint64_t>(used.ru_nvcsw);
    return result;
}

} // namespace

usage usage::of_process() {
    return read_usage(RUSAGE_SELF);
}

usage usage::of_thread() {
    return read_usage(RUSAGE_THREAD);
}

usage usage::operator-(const usage& earlier) const {
    usage result = *this;
    result.seconds -= earlier.seconds;
    result.cpu -= earlier.cpu;
    result.user -= earlier.user;
    result.wake_ups -= earlier.wake_ups;
    return result;
}

std::uint64_t allocated_bytes() {
    const auto info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

std::uint64_t resident_bytes() {
    std::ifstream statm("/proc/self/statm");
    std::uint64_t total = 0, resident = 0;
    statm >> total >> resident;
    return resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

std::uint64_t peak_resident_bytes() {
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    return static_cast<std::uint64_t>(used.ru_maxrss) * 1024;
}

boost::json::object to_json(const usage& measured) {
    return {{"seconds", measured.seconds},
            {"cpu", measured.cpu},
            {"user", measured.user},
            {"wake_ups", measured.wake_ups}};
}

void print_result(const boost::json::object& result) {
    std::cout << boost::json::serialize(result) << std::endl;
}

} // namespace langexport_benchmarks
