#include "support/fake_names.hpp"

#include <condition_variable>
#include <map>
#include <mutex>

#include <dlfcn.h>
#include <netdb.h>

namespace langexport_tests {
namespace {

struct known_name {
    std::vector<std::string> addresses;
    bool is_held = false;
    int lookups = 0;
};

struct name_table {
    std::mutex mutex;
    std::condition_variable changed;
    std::map<std::string, known_name> names;
};

name_table& table() {
    // Never destroyed: a look-up may outlive main().
    static name_table* const instance = new name_table;
    return *instance;
}

using function_type = decltype(&::getaddrinfo);

int look_up(const std::string& host, const char* service, const addrinfo* hints, addrinfo** result,
            function_type system) {
    std::vector<std::string> addresses;
    {
        name_table& t = table();
        std::unique_lock lock(t.mutex);
        const auto is_known = [&] { return t.names.find(host) != t.names.end(); };
        if (!is_known())
            return system(host.c_str(), service, hints, result);
        ++t.names[host].lookups;
        t.changed.wait(lock, [&] { return !is_known() || !t.names[host].is_held; });
        if (is_known())
            addresses = t.names[host].addresses;
    }
    addrinfo* all = nullptr;
    addrinfo** end = &all;
    for (const std::string& address : addresses) {
        const int failure = system(address.c_str(), service, hints, end);
        if (failure != 0)
            return failure;
        // The list is freed entry by entry, regardless of its creator.
        while (*end)
            end = &(*end)->ai_next;
    }
    *result = all;
    return all ? 0 : EAI_NONAME;
}

} // namespace

fake_name::fake_name(std::string host, std::vector<std::string> addresses)
    : host_(std::move(host)) {
    const std::lock_guard lock(table().mutex);
    table().names[host_].addresses = std::move(addresses);
}

fake_name::~fake_name() {
    const std::lock_guard lock(table().mutex);
    table().names.erase(host_);
    table().changed.notify_all();
}

void fake_name::move_to(std::vector<std::string> addresses) {
    const std::lock_guard lock(table().mutex);
    table().names[host_].addresses = std::move(addresses);
}

void fake_name::hold() {
    const std::lock_guard lock(table().mutex);
    table().names[host_].is_held = true;
}

void fake_name::release() {
    const std::lock_guard lock(table().mutex);
    table().names[host_].is_held = false;
    table().changed.notify_all();
}

int fake_name::lookups() const {
    const std::lock_guard lock(table().mutex);
    return table().names[host_].lookups;
}

} // namespace langexport_tests

extern "C" int getaddrinfo(const char* node, const char* service, const addrinfo* hints,
                           addrinfo** result) {
    static const auto system =
        reinterpret_cast<langexport_tests::function_type>(dlsym(RTLD_NEXT, "getaddrinfo"));
    if (!node)
        return system(node, service, hints, result);
    return langexport_tests::look_up(node, service, hints, result, system);
}
