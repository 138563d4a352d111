#include <langexport/detail/base/shortage.hpp>

#include "support/catch.hpp"

#include <cerrno>
#include <initializer_list>

namespace shortage_test {

using boost::system::error_code;
using langexport::detail::is_shortage;

TEST_CASE("a lack of descriptors or memory is transient, other failures are not", "[shortage]") {
    for (const int number : {EMFILE, ENFILE, ENOBUFS, ENOMEM, EAGAIN}) {
        INFO(number);
        CHECK(is_shortage(error_code(number, boost::system::system_category())));
        CHECK(is_shortage(error_code(number, boost::system::generic_category())));
    }
    for (const int number : {0, ENOENT, EACCES, ENOSPC, ECONNREFUSED}) {
        INFO(number);
        CHECK_FALSE(is_shortage(error_code(number, boost::system::system_category())));
    }
}

} // namespace shortage_test
