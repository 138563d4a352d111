#ifndef LANGEXPORT_TESTS_SUPPORT_FAKE_NAMES_HPP
#define LANGEXPORT_TESTS_SUPPORT_FAKE_NAMES_HPP

#include <string>
#include <vector>

namespace langexport_tests {

/// A host name that only this executable knows, as long as the object lives: its definition of
/// getaddrinfo replaces the system's. All other names are resolved as usual.
class fake_name {
public:
    /// @param addresses  Its addresses, in this order; none: the name does not exist.
    explicit fake_name(std::string host, std::vector<std::string> addresses);
    ~fake_name();
    fake_name(const fake_name&) = delete;
    fake_name& operator=(const fake_name&) = delete;

    /// Replaces its addresses.
    void move_to(std::vector<std::string> addresses);
    /// From now on look-ups of the name wait, until `release` or the end of the object.
    void hold();
    void release();
    /// How many look-ups have begun.
    int lookups() const;

private:
    std::string host_;
};

} // namespace langexport_tests

#endif
